/// Q1_0: 128 elements in 18 bytes, 1.125 bits each.
///
///     0   half       d
///     2   16 bytes   bit i % 8 of byte i / 8: element i is not negative     x = d or -d
///
/// d is the mean magnitude. Importance has no say.
extension BlockFormat {
  public static let q1_0 = BlockFormat(
    dtype: .q1_0, fallback: nil,
    reference: Reference(
      .q1_0,
      decode: { block, values in
        let d = block.half(at: 0)
        for i in 0..<128 { values[i] = block[2 + i / 8] >> (i % 8) & 1 == 1 ? d : -d }
      },
      encode: { x, _, block in
        block.store(Half.bits(x.reduce(0) { $0 + abs($1) } / 128), at: 0)
        for byte in 0..<16 {
          block[2 + byte] = (0..<8).reduce(0) { $0 | (x[8 * byte + $1] >= 0 ? 1 << $1 : 0) }
        }
      }),
    codec: { $0.q1_0 })
}
