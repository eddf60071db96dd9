/// Q3_K: 256 elements in 110 bytes, 3.4375 bits each.
///
///     0    32 bytes   bit j of byte i: third bit of element 32·j + i
///     32   64 bytes   `BitPairs`
///     96   8 bytes    low nibbles of scales 0-7, high nibbles: of scales 8-15
///     104  4 bytes    bits 4-5 of scales i, i + 4, i + 8, i + 12, from the bottom
///     108  half       d                          x = (d·(scale - 32))·(q - 4)
///
/// Scales of 16 elements each. Without importance the scale of largest magnitude becomes 0, that
/// is -32; with it, the scales too are searched.
extension BlockFormat {
  public static let q3_K = BlockFormat(
    dtype: .q3_K, fallback: .q4_0,
    reference: Reference(.q3_K, decode: decode, encode: encode),
    codec: { $0.q3_K })

  private static let thirdBits = 0, pairs = 32, scales = 96, d = 108

  @Sendable private static func decode(
    _ block: UnsafeRawBufferPointer, _ values: UnsafeMutableBufferPointer<Float>
  ) {
    let d = block.half(at: d)
    let scales = unpack(block)
    let low = BitPairs.load(block, at: pairs)
    for i in 0..<256 {
      let q = low[i] | (block[thirdBits + i % 32] >> (i / 32) & 1) << 2
      values[i] = d * Float(Int(scales[i / 16]) - 32) * Float(Int(q) - 4)
    }
  }

  @Sendable private static func encode(
    _ x: [Float], _ importance: [Float]?, _ block: UnsafeMutableRawBufferPointer
  ) {
    let parts = split(x)
    let fits: [SymmetricSearch.Fit]
    let half: UInt16
    let scales: [UInt8]
    if let importance {
      let weights = split(weigh(x, by: importance, variance: 2 * squareSum(x) / 256))
      fits = zip(parts, weights).map { SymmetricSearch(levels: 4).fit($0, weights: $1) }
      let fit = SymmetricSearch(levels: 32).fit(
        fits.map(\.scale), weights: weights.map { $0.reduce(0, +) })
      (half, scales) = (Half.bits(fit.scale), fit.quants)
    } else {
      fits = parts.map { MovingSearch(levels: 4).fit($0) }
      (half, scales) = divideByExtreme(fits.map(\.scale))
    }
    block.store(half, at: d)
    pack(scales, block)

    // The quants are rounded again, for the scale that the block will be read with.
    let quants = parts.indices.flatMap { j in
      let scale = Half.float(half) * Float(Int(scales[j]) - 32)
      if scale == 0 { return fits[j].quants }
      return parts[j].map { UInt8(clamp(nearestInt($0 / scale), -4, 3) + 4) }
    }
    BitPairs.store(quants, block, at: pairs)
    for i in 0..<32 {
      block[thirdBits + i] = (0..<8).reduce(0) { $0 | (quants[32 * $1 + i] >> 2) << $1 }
    }
  }

  private static func split(_ x: [Float]) -> [[Float]] {
    (0..<16).map { Array(x[16 * $0..<16 * $0 + 16]) }
  }

  private static func divideByExtreme(_ values: [Float]) -> (half: UInt16, scales: [UInt8]) {
    var extreme: Float = 0
    for value in values where abs(value) > abs(extreme) { extreme = value }
    if extreme == 0 { return (0, Array(repeating: 0, count: 16)) }
    let inverse = -32 / extreme
    return (
      Half.bits(1 / inverse),
      values.map {
        // Cut to a byte before it is clamped: an infinity becomes the middle.
        let q = Int8(truncatingIfNeeded: nearestInt(inverse * $0))
        return UInt8(clamp(Int32(q), -32, 31) + 32)
      }
    )
  }

  private static func pack(_ values: [UInt8], _ block: UnsafeMutableRawBufferPointer) {
    for j in 0..<8 { block[scales + j] = values[j] & 15 | values[j + 8] << 4 }
    for j in 0..<4 {
      block[scales + 8 + j] = (0..<4).reduce(0) { $0 | (values[4 * $1 + j] >> 4) << (2 * $1) }
    }
  }

  private static func unpack(_ block: UnsafeRawBufferPointer) -> [UInt8] {
    (0..<16).map { j in
      let byte = block[scales + j % 8]
      let low = j < 8 ? byte & 15 : byte >> 4
      return low | (block[scales + 8 + j % 4] >> (j / 4 * 2) & 3) << 4
    }
  }
}
