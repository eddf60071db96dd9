/// Q8_1: 32 elements in 36 bytes, 9 bits each. ggml's form of activations that meet weights with a
/// minimum; no file holds it.
///
///     0   half   d
///     2   half   s = d·Σq, with the d before it became a half
///     4   32 × int8   q          x = q·d
///
/// Q8_0 and the sum that the minimum is multiplied by. Importance has no say.
extension BlockFormat {
  public static let q8_1 = BlockFormat(
    dtype: .q8_1, fallback: nil,
    reference: Reference(
      .q8_1,
      decode: { block, values in
        let d = block.half(at: 0)
        for i in 0..<32 { values[i] = Float(Int8(bitPattern: block[4 + i])) * d }
      },
      encode: { x, _, block in
        let (d, quants) = SignedBytes.divideByLargest(x)
        block.store(Half.bits(d), at: 0)
        block.store(Half.bits(Float(quants.reduce(0) { $0 + Int($1) }) * d), at: 2)
        block.store(quants.map(UInt8.init(bitPattern:)), at: 4)
      }),
    codec: { $0.q8_1 })
}
