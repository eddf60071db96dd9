/// Q6_K: 256 elements in 210 bytes, 6.5625 bits each.
///
///     0    2 × 64 bytes   low nibbles of each half's elements 0-63, high nibbles: of 64-127
///     128  2 × 32 bytes   bits 4-5 of each half's elements i, i + 32, i + 64, i + 96, from the bottom
///     192  16 × int8      scales of 16 elements each
///     208  half           d                                            x = (d·scale)·(q - 32)
///
/// Each sub-block's scale is searched, weighing by importance or by x²; -128 stands for the scale
/// of largest magnitude.
extension BlockFormat {
  public static let q6_K = BlockFormat(
    dtype: .q6_K, fallback: .q8_0,
    reference: Reference(.q6_K, decode: decode, encode: encode),
    codec: { $0.q6_K })

  private static let highBits = 128, scales = 192, d = 208

  @Sendable private static func decode(
    _ block: UnsafeRawBufferPointer, _ values: UnsafeMutableBufferPointer<Float>
  ) {
    let d = block.half(at: d)
    for i in 0..<256 {
      let (half, within) = i.quotientAndRemainder(dividingBy: 128)
      let byte = block[64 * half + within % 64]
      let low = within < 64 ? byte & 15 : byte >> 4
      let high = block[highBits + 32 * half + within % 32] >> (within / 32 * 2) & 3
      let scale = d * Float(Int8(bitPattern: block[scales + i / 16]))
      values[i] = scale * Float(Int(low | high << 4) - 32)
    }
  }

  @Sendable private static func encode(
    _ x: [Float], _ importance: [Float]?, _ block: UnsafeMutableRawBufferPointer
  ) {
    let search = SymmetricSearch(levels: 32)
    let parts = (0..<16).map { Array(x[16 * $0..<16 * $0 + 16]) }
    let fits = (0..<16).map { j in
      search.fit(
        parts[j],
        weights: importance.map { Array($0[16 * j..<16 * j + 16]) } ?? parts[j].map { $0 * $0 })
    }
    var extreme: Float = 0
    for fit in fits where abs(fit.scale) > abs(extreme) { extreme = fit.scale }
    if abs(extreme) < allZero {
      for i in block.indices { block[i] = 0 }
      return
    }
    let inverse = -128 / extreme
    let half = Half.bits(1 / inverse)
    block.store(half, at: d)
    let quants = fits.enumerated().flatMap { j, fit in
      let scale = Int8(truncatingIfNeeded: min(127, nearestInt(inverse * fit.scale)))
      block[scales + j] = UInt8(bitPattern: scale)
      let step = Half.float(half) * Float(scale)
      if step == 0 { return fit.quants }
      return parts[j].map { UInt8(clamp(nearestInt($0 / step), -32, 31) + 32) }
    }
    for half in 0..<2 {
      let q = quants[128 * half..<128 * half + 128]
      let first = q.startIndex
      for i in 0..<64 { block[64 * half + i] = q[first + i] & 15 | q[first + i + 64] << 4 }
      for i in 0..<32 {
        block[highBits + 32 * half + i] = (0..<4).reduce(0) {
          $0 | (q[first + 32 * $1 + i] >> 4) << (2 * $1)
        }
      }
    }
  }
}
