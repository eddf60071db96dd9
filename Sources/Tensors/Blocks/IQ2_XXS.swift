/// IQ2_XXS: 256 elements in 66 bytes, 2.0625 bits each.
///
///     0   half   d
///     2   8 × (4 × uint8   numbers of points in `Grid.iq2_xxs`, of eight elements each
///              uint32      4 × 7 bits of sign (`SignBits`), 4 bits of scale)
///                                                  x = ±d·(scale + 1/2)/4·{8, 25, 43}[digit]
extension BlockFormat {
  public static let iq2_xxs = BlockFormat(
    dtype: .iq2_xxs, fallback: .iq4_nl, requiresImportance: true,
    reference: Reference(
      .iq2_xxs,
      decode: { block, values in
        let d = block.half(at: 0)
        for group in 0..<32 {
          let part = 2 + 8 * (group / 4)
          let word = block.uint32(at: part + 4)
          IQ2.decode(
            Grid.iq2_xxs.point(Int(block[part + group % 4])),
            signs: SignBits.evened(word >> (7 * UInt32(group % 4))),
            scale: d * (0.5 + Float(word >> 28)) * 0.25, into: values, at: 8 * group)
        }
      },
      encode: { x, importance, block in
        let parts = search.encode(x, importance)
        let scales = StepScales(parts.map(\.scale), levels: 16)
        guard scales.d != 0 else { return block.zero() }
        block.store(Half.bits(scales.d), at: 0)
        for (j, part) in parts.enumerated() {
          block.store(part.points.map { UInt8($0) }, at: 2 + 8 * j)
          block.store(SignBits.word(part.signs, scale: scales.quants[j]), at: 6 + 8 * j)
        }
      }),
    codec: { $0.iq2_xxs })

  private static let search = GridSearch(
    grid: .iq2_xxs, elements: 32, evenSigns: true, variance: 1, smallest: allZero,
    startsFromFit: true, last: 6, step: 0.1, again: .everything)
}
