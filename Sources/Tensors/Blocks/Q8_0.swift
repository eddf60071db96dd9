/// Q8_0: 32 elements in 34 bytes, 8.5 bits each.
///
///     0   half   d
///     2   32 × int8   q          x = q·d
///
/// d is the largest magnitude over 127. Importance has no say.
extension BlockFormat {
  public static let q8_0 = BlockFormat(
    dtype: .q8_0, fallback: nil,
    reference: Reference(
      .q8_0,
      decode: { block, values in
        let d = block.half(at: 0)
        for i in 0..<32 { values[i] = Float(Int8(bitPattern: block[2 + i])) * d }
      },
      encode: { x, _, block in
        let (d, quants) = SignedBytes.divideByLargest(x)
        block.store(Half.bits(d), at: 0)
        block.store(quants.map(UInt8.init(bitPattern:)), at: 2)
      }),
    codec: { $0.q8_0 })
}
