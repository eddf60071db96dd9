/// IQ3_XXS: 256 elements in 98 bytes, 3.0625 bits each.
///
///     0    half   d
///     2    64 bytes     numbers of points in `Grid.iq3_xxs`, of four elements each
///     66   8 × uint32   4 × 7 bits of sign (`SignBits`), 4 bits of scale, of 32 elements each
///                                                  x = ±d·(scale + 1/2)/2·{4, 12 ... 52, 62}[digit]
extension BlockFormat {
  public static let iq3_xxs = BlockFormat(
    dtype: .iq3_xxs, fallback: .iq4_nl,
    reference: Reference(
      .iq3_xxs,
      decode: { block, values in
        let d = block.half(at: 0)
        for i in 0..<256 {
          let word = block.uint32(at: words + i / 32 * 4)
          let signs = SignBits.evened(word >> (7 * UInt32(i % 32 / 8)))
          let digit = Grid.iq3_xxs.point(Int(block[2 + i / 4]))[i % 4]
          let scale = d * (0.5 + Float(word >> 28)) * 0.5
          values[i] = SignBits.applied(signs, i % 8, to: scale * magnitudes[digit])
        }
      },
      encode: { x, importance, block in
        let parts = search.encode(x, importance)
        let steps = StepScales(parts.map(\.scale), levels: 16)
        guard steps.d != 0 else { return block.zero() }
        block.store(Half.bits(steps.d * 1.0125), at: 0)
        block.store(parts.flatMap(\.points).map { UInt8($0) }, at: 2)
        for (j, part) in parts.enumerated() {
          block.store(SignBits.word(part.signs, scale: steps.quants[j]), at: words + 4 * j)
        }
      }),
    codec: { $0.iq3_xxs })

  private static let words = 66
  private static let magnitudes: [Float] = [4, 12, 20, 28, 36, 44, 52, 62]
  private static let search = GridSearch(
    grid: .iq3_xxs, elements: 32, evenSigns: true, variance: 2, smallest: 1e-8, last: 15, step: 0.2,
    again: .groupsOffGrid)
}
