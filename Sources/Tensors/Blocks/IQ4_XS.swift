/// IQ4_XS: 256 elements in 136 bytes, 4.25 bits each.
///
///     0   half       d
///     2   2 bytes    high pairs of eight 6-bit scales, from the bottom
///     4   4 bytes    their low nibbles, even ones below
///     8   8 × 16 bytes   `Quants32`, four bits      x = d·(scale - 32)·level(q)
///
/// -32 stands for the sub-block's scale of largest magnitude.
extension BlockFormat {
  public static let iq4_xs = BlockFormat(
    dtype: .iq4_xs, fallback: .iq4_nl,
    reference: Reference(.iq4_xs, decode: decode, encode: encode),
    codec: { $0.iq4_xs })

  private static let highPairs = 2, lowNibbles = 4, quants = 8

  @Sendable private static func decode(
    _ block: UnsafeRawBufferPointer, _ values: UnsafeMutableBufferPointer<Float>
  ) {
    for j in 0..<8 {
      let low = block[lowNibbles + j / 2] >> (4 * (j % 2)) & 15
      let high = block[highPairs + j / 4] >> (2 * (j % 4)) & 3
      let scale = block.half(at: 0) * Float(Int(low | high << 4) - 32)
      for (i, q) in Quants32.fourBits(block, at: quants + 16 * j).enumerated() {
        values[32 * j + i] = scale * NonlinearQuants.levels[Int(q)]
      }
    }
  }

  @Sendable private static func encode(
    _ x: [Float], _ importance: [Float]?, _ block: UnsafeMutableRawBufferPointer
  ) {
    let weights = NonlinearQuants.weights(x, importance)
    let parts = (0..<8).map { Array(x[32 * $0..<32 * $0 + 32]) }
    let scales = (0..<8).map {
      NonlinearQuants.scale(parts[$0], weights: Array(weights[32 * $0..<32 * $0 + 32]))
    }
    var extreme: Float = 0
    for scale in scales where abs(scale) > abs(extreme) { extreme = scale }
    let d = -extreme / 32
    let inverse = d != 0 ? 1 / d : 0
    block.store([UInt8](repeating: 0, count: quants), at: 0)
    block.store(Half.bits(d), at: 0)
    for j in 0..<8 {
      let scale = clamp(nearestInt(inverse * scales[j]), -32, 31)
      let stored = UInt8(scale + 32)
      block[lowNibbles + j / 2] |= (stored & 15) << (4 * (j % 2))
      block[highPairs + j / 4] |= (stored >> 4) << (2 * (j % 4))
      // The quants are for d before it becomes a half.
      let rounded = NonlinearQuants.nearest(parts[j], scale: d * Float(scale))
      Quants32.storeFourBits(rounded, block, at: quants + 16 * j)
    }
  }
}
