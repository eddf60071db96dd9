/// IQ1_S: 256 elements in 50 bytes, 1.5625 bits each.
///
///     0    half   d
///     2    32 bytes     low bits: numbers of points in `Grid.iq1`, of eight elements each
///     34   8 × uint16   4 × 3 high bits of those, 3 bits of scale, top bit: shifted down
///                                                  x = d·(2·scale + 1)·(digit - 1 ± 1/8)
extension BlockFormat {
  public static let iq1_s = BlockFormat(
    dtype: .iq1_s, fallback: .iq4_nl, requiresImportance: true,
    reference: Reference(
      .iq1_s,
      decode: { block, values in
        let d = block.half(at: 0)
        for group in 0..<32 {
          let word = block.uint16(at: words + group / 4 * 2)
          let high = Int(word >> (group % 4 * 3) & 7)
          let scale = d * Float(2 * (word >> 12 & 7) + 1)
          let levels = word >> 15 == 1 ? TernarySearch.down : TernarySearch.up
          for (i, digit) in Grid.iq1.point(Int(block[2 + group]) | high << 8).enumerated() {
            values[8 * group + i] = scale * levels[digit]
          }
        }
      },
      encode: { x, importance, block in
        let parts = search.encode(x, weights: TernarySearch.weights(x, importance))
        let steps = StepScales(parts.map(\.scale), levels: 8)
        block.store(Half.bits(steps.d * 1.125), at: 0)
        for (j, part) in parts.enumerated() {
          var word = UInt16(steps.quants[j]) << 12
          if part.down[0] && steps.d != 0 { word |= 0x8000 }
          for (k, point) in part.points.enumerated() {
            block[2 + 4 * j + k] = UInt8(truncatingIfNeeded: point)
            word |= UInt16(point >> 8) << (3 * k)
          }
          block.store(word, at: words + 2 * j)
        }
      }),
    codec: { $0.iq1_s })

  private static let words = 34
  private static let search = TernarySearch(
    elements: 32, smallest: 1e-12,
    ways: [Array(repeating: false, count: 4), Array(repeating: true, count: 4)], score: score)

  /// From running sums, as ggml's are.
  @Sendable private static func score(_ sorted: TernarySearch.Sorted, _ first: Int, _ second: Int)
    -> [(qx: Float, q2: Float)]
  {
    let sums = sorted.sums
    let x = (sums.x[first], sums.x[second] - sums.x[first], sums.x[32] - sums.x[second])
    let w = (sums.w[first], sums.w[second] - sums.w[first], sums.w[32] - sums.w[second])
    return [TernarySearch.up, TernarySearch.down].map { q in
      (
        x.0 * q[0] + x.1 * q[1] + x.2 * q[2],
        w.0 * q[0] * q[0] + w.1 * q[1] * q[1] + w.2 * q[2] * q[2]
      )
    }
  }
}
