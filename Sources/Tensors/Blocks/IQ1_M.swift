/// IQ1_M: 256 elements in 56 bytes, 1.75 bits each.
///
///     0    32 bytes     low bits: numbers of points in `Grid.iq1`, of eight elements each
///     32   16 bytes     nibbles: 3 high bits of those, top bit: shifted down
///     48   4 × uint16   4 × 3 bits of scale, of 16 elements each, and 4 bits of the half d,
///                       lowest first
///                                                  x = d·(2·scale + 1)·(digit - 1 ± 1/8)
extension BlockFormat {
  public static let iq1_m = BlockFormat(
    dtype: .iq1_m, fallback: .iq4_nl,
    reference: Reference(
      .iq1_m,
      decode: { block, values in
        let words = (0..<4).map { block.uint16(at: scales + 2 * $0) }
        let d = Half.float(
          words.enumerated().reduce(0) { $0 | ($1.element >> 12) << (4 * $1.offset) })
        for group in 0..<32 {
          let nibble = Int(block[highBits + group / 2] >> (group % 2 * 4) & 15)
          let scale = d * Float(2 * (words[group / 8] >> (group % 8 / 2 * 3) & 7) + 1)
          let levels = nibble >> 3 == 1 ? TernarySearch.down : TernarySearch.up
          let point = Grid.iq1.point(Int(block[group]) | (nibble & 7) << 8)
          for (i, digit) in point.enumerated() { values[8 * group + i] = scale * levels[digit] }
        }
      },
      encode: { x, importance, block in
        let weights = TernarySearch.weights(x, importance)
        let parts = search.encode(x, weights: weights)
        let steps = StepScales(parts.map(\.scale), levels: 8)
        let d = steps.d == 0 ? 0 : refit(x, weights, parts, steps)
        let half = Half.bits(d * 1.1125)
        for (j, part) in parts.enumerated() {
          block[highBits + j] = 0
          for (k, point) in part.points.enumerated() {
            block[2 * j + k] = UInt8(truncatingIfNeeded: point)
            let shift: UInt8 = part.down[k] && steps.d != 0 ? 8 : 0
            block[highBits + j] |= (UInt8(point >> 8) | shift) << (4 * k)
          }
        }
        for i in 0..<4 {
          let bits = (0..<4).reduce(UInt16(0)) { $0 | UInt16(steps.quants[4 * i + $1]) << (3 * $1) }
          block.store(bits | (half >> (4 * i)) << 12, at: scales + 2 * i)
        }
      }),
    codec: { $0.iq1_m })

  private static let highBits = 32, scales = 48
  private static let search = TernarySearch(
    elements: 16, smallest: 1e-7,
    ways: [[false, false], [false, true], [true, false], [true, true]], score: score)

  /// Element by element, in ascending order, as libgguf's ggml does. Later ones subtract running sums,
  /// which rounds a few blocks in a hundred otherwise.
  @Sendable private static func score(_ sorted: TernarySearch.Sorted, _ first: Int, _ second: Int)
    -> [(qx: Float, q2: Float)]
  {
    search.ways.map { down in
      var qx: Float = 0
      var q2: Float = 0
      for j in 0..<16 {
        let levels = down[sorted.positions[j] / 8] ? TernarySearch.down : TernarySearch.up
        let q = levels[j < first ? 0 : j < second ? 1 : 2]
        qx += sorted.w[j] * q * sorted.x[j]
        q2 += sorted.w[j] * q * q
      }
      return (qx, q2)
    }
  }

  /// The least-squares d of a block whose points, shifts and scales are chosen.
  private static func refit(
    _ x: [Float], _ w: [Float], _ parts: [TernarySearch.SubBlock], _ steps: StepScales
  ) -> Float {
    var qx: Float = 0
    var q2: Float = 0
    for i in 0..<256 {
      let part = parts[i / 16]
      let levels = part.down[i % 16 / 8] ? TernarySearch.down : TernarySearch.up
      let digit = Grid.iq1.point(part.points[i % 16 / 8])[i % 8]
      let q = levels[digit] * Float(2 * Int(steps.quants[i / 16]) + 1)
      qx += w[i] * q * x[i]
      q2 += w[i] * q * q
    }
    return q2 > 0 ? qx / q2 : steps.d
  }
}
