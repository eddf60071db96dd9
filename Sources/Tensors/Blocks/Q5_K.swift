/// Q5_K: 256 elements in 176 bytes, 5.5 bits each.
///
///     0   16 bytes   `ScaleMinHeader.sixBits`
///     16  32 bytes       bit j of byte i: fifth bit of element i of sub-block j
///     48  4 × 32 bytes   low nibbles: sub-block 2j, high nibbles: sub-block 2j + 1
extension BlockFormat {
  public static let q5_K = BlockFormat(
    dtype: .q5_K, fallback: .q5_1,
    reference: Reference(
      .q5_K,
      decode: { block, values in
        let quants = (0..<256).map { i in
          let byte = block[fourBits + i / 64 * 32 + i % 32]
          let fifth = block[fifthBits + i % 32] >> (i / 32) & 1
          return (i / 32 % 2 == 0 ? byte & 15 : byte >> 4) | fifth << 4
        }
        layout.decode(block, quants: quants, values)
      },
      encode: { x, importance, block in
        let quants = layout.encode(x, importance, block)
        for i in 0..<32 {
          block[fifthBits + i] = (0..<8).reduce(0) { $0 | (quants[32 * $1 + i] >> 4) << $1 }
          for j in 0..<4 {
            block[fourBits + 32 * j + i] = quants[64 * j + i] & 15 | quants[64 * j + 32 + i] << 4
          }
        }
      }),
    codec: { $0.q5_K })

  private static let fifthBits = 16
  private static let fourBits = fifthBits + 32
  private static let layout = ScaleMinBlock(
    header: .sixBits,
    plain: AffineSearch(levels: 31, first: -0.5, step: 0.1, steps: 15),
    weighted: AffineSearch(levels: 31, first: -0.9, step: 0.05, steps: 36))
}
