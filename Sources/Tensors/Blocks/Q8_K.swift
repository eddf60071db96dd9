/// Q8_K: 256 elements in 292 bytes, 9.125 bits each. ggml's form of activations that meet weights in
/// super-blocks; no file holds it.
///
///     0    float  d
///     4    256 × int8   q          x = d·q
///     260  16 × int16   sums of 16 q each
///
/// The element of largest magnitude becomes -127. Importance has no say.
extension BlockFormat {
  public static let q8_K = BlockFormat(
    dtype: .q8_K, fallback: nil,
    reference: Reference(.q8_K, decode: decode, encode: encode),
    codec: { $0.q8_K })

  private static let quants = 4, sums = 260

  @Sendable private static func decode(
    _ block: UnsafeRawBufferPointer, _ values: UnsafeMutableBufferPointer<Float>
  ) {
    let d = block.float(at: 0)
    for i in 0..<256 { values[i] = d * Float(Int8(bitPattern: block[quants + i])) }
  }

  @Sendable private static func encode(
    _ x: [Float], _: [Float]?, _ block: UnsafeMutableRawBufferPointer
  ) {
    var extreme: Float = 0
    for value in x where abs(value) > abs(extreme) { extreme = value }
    if extreme == 0 {
      for i in block.indices { block[i] = 0 }
      return
    }
    // Where the inverse overflows, the bytes keep the low bits of what rounding gives: zero.
    let inverse = -127 / extreme
    let q = x.map { Int8(truncatingIfNeeded: min(127, nearestInt(inverse * $0))) }
    block.store(1 / inverse, at: 0)
    block.store(q.map(UInt8.init(bitPattern:)), at: quants)
    for j in 0..<16 {
      let sum = q[16 * j..<16 * j + 16].reduce(0) { $0 + Int16($1) }
      block.store(UInt16(bitPattern: sum), at: sums + 2 * j)
    }
  }
}
