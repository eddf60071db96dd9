/// IQ2_XS: 256 elements in 74 bytes, 2.3125 bits each.
///
///     0    half   d
///     2    32 × uint16   9 bits: number of a point in `Grid.iq2_xs`, 7 bits of sign (`SignBits`)
///     66   8 bytes       nibbles: scales of 16 elements each
///                                                  x = ±d·(scale + 1/2)/4·{8, 25, 43}[digit]
extension BlockFormat {
  public static let iq2_xs = BlockFormat(
    dtype: .iq2_xs, fallback: .iq4_nl, requiresImportance: true,
    reference: Reference(
      .iq2_xs,
      decode: { block, values in
        let d = block.half(at: 0)
        for group in 0..<32 {
          let word = block.uint16(at: 2 + 2 * group)
          let scale = block[scales + group / 4] >> (group % 4 / 2 * 4) & 15
          IQ2.decode(
            Grid.iq2_xs.point(Int(word & 511)), signs: SignBits.evened(UInt32(word >> 9)),
            scale: d * (0.5 + Float(scale)) * 0.25, into: values, at: 8 * group)
        }
      },
      encode: { x, importance, block in
        let parts = search.encode(x, importance)
        let steps = StepScales(parts.map(\.scale), levels: 16)
        guard steps.d != 0 else { return block.zero() }
        block.store(Half.bits(steps.d), at: 0)
        for (j, part) in parts.enumerated() {
          for k in 0..<2 {
            block.store(
              UInt16(part.points[k]) | UInt16(part.signs[k]) << 9, at: 2 + 2 * (2 * j + k))
          }
        }
        block.store(steps.nibbles, at: scales)
      }),
    codec: { $0.iq2_xs })

  private static let scales = 66
  private static let search = GridSearch(
    grid: .iq2_xs, elements: 16, evenSigns: true, variance: 1, smallest: allZero, last: 9,
    step: 0.1, again: .groupsOffGrid)
}
