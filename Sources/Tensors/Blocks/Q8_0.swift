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
        let largest = x.reduce(0) { max($0, abs($1)) }
        let d = largest / 127
        let inverse = d != 0 ? 1 / d : 0
        block.store(Half.bits(d), at: 0)
        for i in 0..<32 {
          // Below 2^-128 the inverse overflows; what no byte can hold becomes zero, as on ggml's
          // own platform. Elsewhere |q| ≤ 127.
          let q = (x[i] * inverse).rounded(.toNearestOrAwayFromZero)
          block[2 + i] = q.isFinite ? UInt8(bitPattern: Int8(q)) : 0
        }
      }),
    codec: { $0.q8_0 })
}
