/// IQ2_S: 256 elements in 82 bytes, 2.5625 bits each.
///
///     0    half   d
///     2    32 bytes   low bits: numbers of points in `Grid.iq2_s`, of eight elements each
///     34   32 bytes   signs
///     66   8 bytes    two high bits of four numbers each
///     74   8 bytes    nibbles: scales of 16 elements each
///                                                  x = ±d·(scale + 1/2)/4·{8, 25, 43}[digit]
extension BlockFormat {
  public static let iq2_s = BlockFormat(
    dtype: .iq2_s, fallback: .iq4_nl,
    reference: Reference(
      .iq2_s,
      decode: { block, values in
        let d = block.half(at: 0)
        for group in 0..<32 {
          let high = Int(block[highBits + group / 4] >> (group % 4 * 2) & 3)
          let scale = block[scales + group / 4] >> (group % 4 / 2 * 4) & 15
          IQ2.decode(
            Grid.iq2_s.point(Int(block[2 + group]) | high << 8), signs: block[signs + group],
            scale: d * (0.5 + Float(scale)) * 0.25, into: values, at: 8 * group)
        }
      },
      encode: { x, importance, block in
        let parts = search.encode(x, importance)
        let steps = StepScales(parts.map(\.scale), levels: 16)
        block.zero()
        block.store(Half.bits(steps.d * 0.9875), at: 0)
        let points = parts.flatMap(\.points)
        block.store(points.map { UInt8(truncatingIfNeeded: $0) }, at: 2)
        block.store(parts.flatMap(\.signs), at: signs)
        for (group, point) in points.enumerated() {
          block[highBits + group / 4] |= UInt8(point >> 8) << (group % 4 * 2)
        }
        block.store(steps.nibbles, at: scales)
      }),
    codec: { $0.iq2_s })

  private static let signs = 34, highBits = 66, scales = 74
  private static let search = GridSearch(
    grid: .iq2_s, elements: 16, variance: 2, plain: { x, variance in 0.25 * variance + x * x },
    smallest: 1e-8, last: 9, step: 0.1, again: .groupsOffGrid)
}
