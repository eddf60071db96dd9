/// Q4_K: 256 elements in 144 bytes, 4.5 bits each.
///
///     0   16 bytes   `ScaleMinHeader.sixBits`
///     16  4 × 32 bytes   low nibbles: sub-block 2j, high nibbles: sub-block 2j + 1
extension BlockFormat {
  public static let q4_K = BlockFormat(
    dtype: .q4_K, fallback: .q5_0,
    reference: Reference(
      .q4_K,
      decode: { block, values in
        let q = (0..<256).map { i in
          let byte = block[quants + i / 64 * 32 + i % 32]
          return i / 32 % 2 == 0 ? byte & 15 : byte >> 4
        }
        layout.decode(block, quants: q, values)
      },
      encode: { x, importance, block in
        let q = layout.encode(x, importance, block)
        for j in 0..<4 {
          for i in 0..<32 {
            block[quants + 32 * j + i] =
              q[64 * j + i] | q[64 * j + 32 + i] << 4
          }
        }
      }),
    codec: { $0.q4_K })

  private static let quants = 16
  private static let layout = ScaleMinBlock(
    header: .sixBits,
    plain: AffineSearch(levels: 15, first: -1, step: 0.1, steps: 20),
    weighted: AffineSearch(levels: 15, first: -0.9, step: 0.05, steps: 36))
}
