/// Q2_0: 64 elements in 18 bytes, 2.25 bits each.
///
///     0   half       d
///     2   16 bytes   two bits each, four consecutive elements to a byte, from the bottom
///
/// x = d·(q - 1) (`TernaryQuants`): decoders know 2·d as well, but the encoder never uses it.
/// Importance has no say.
extension BlockFormat {
  public static let q2_0 = BlockFormat(
    dtype: .q2_0, fallback: .q4_0,
    reference: Reference(
      .q2_0,
      decode: { block, values in
        let quants = (0..<64).map { i in
          let byte = block[2 + i / 4]
          return byte >> (2 * (i % 4)) & 3
        }
        TernaryQuants.decode(quants, d: block.half(at: 0), values)
      },
      encode: { x, _, block in
        let (d, quants) = TernaryQuants.encode(x, lost: 0)
        block.store(Half.bits(d), at: 0)
        for byte in 0..<16 {
          block[2 + byte] = (0..<4).reduce(0) { $0 | quants[4 * byte + $1] << (2 * $1) }
        }
      }),
    codec: { $0.q2_0 })
}
