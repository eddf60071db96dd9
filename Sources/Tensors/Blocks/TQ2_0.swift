/// TQ2_0: 256 elements in 66 bytes, 2.0625 bits each.
///
///     0    2 × 32 bytes   two bits of each half's elements i, i + 32, i + 64, i + 96, from the bottom
///     64   half           d                             x = d·(q - 1) (`TernaryQuants`)
///
/// Importance has no say.
extension BlockFormat {
  public static let tq2_0 = BlockFormat(
    dtype: .tq2_0, fallback: .q4_0,
    reference: Reference(
      .tq2_0,
      decode: { block, values in
        let quants = (0..<256).map { i in
          let byte = block[i / 128 * 32 + i % 32]
          return byte >> (2 * (i / 32 % 4)) & 3
        }
        TernaryQuants.decode(quants, d: block.half(at: 64), values)
      },
      encode: { x, _, block in
        let (d, quants) = TernaryQuants.encode(x, lost: 1)
        for byte in 0..<64 {
          let first = byte / 32 * 128 + byte % 32
          block[byte] = (0..<4).reduce(0) { $0 | quants[first + 32 * $1] << (2 * $1) }
        }
        block.store(Half.bits(d), at: 64)
      }),
    codec: { $0.tq2_0 })
}
