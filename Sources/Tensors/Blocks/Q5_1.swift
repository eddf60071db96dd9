/// Q5_1: 32 elements in 24 bytes, 6 bits each. What Q5_K falls back to.
///
///     0   half   d
///     2   half   m, the minimum
///     4   20 bytes   `Quants32`, five bits          x = q·d + m
extension BlockFormat {
  public static let q5_1 = BlockFormat(
    dtype: .q5_1, fallback: nil,
    reference: Reference(
      .q5_1,
      decode: { block, values in
        layout.decode(
          d: block.half(at: 0), m: block.half(at: 2), quants: Quants32.fiveBits(block, at: 4),
          values)
      },
      prepare: meanSquare,
      encode: { x, importance, meanSquare, block in
        let (d, m, quants) = layout.encode(x, importance, rowMeanSquare: meanSquare)
        block.store(Half.bits(d), at: 0)
        block.store(Half.bits(m), at: 2)
        Quants32.storeFiveBits(quants, block, at: 4)
      }),
    codec: { $0.q5_1 })

  private static let layout = AffineBlock(levels: 31)
}
