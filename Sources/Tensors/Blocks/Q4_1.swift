/// Q4_1: 32 elements in 20 bytes, 5 bits each.
///
///     0   half   d
///     2   half   m, the minimum
///     4   16 bytes   `Quants32`, four bits          x = q·d + m
extension BlockFormat {
  public static let q4_1 = BlockFormat(
    dtype: .q4_1, fallback: nil,
    reference: Reference(
      .q4_1,
      decode: { block, values in
        layout.decode(
          d: block.half(at: 0), m: block.half(at: 2), quants: Quants32.fourBits(block, at: 4),
          values)
      },
      prepare: meanSquare,
      encode: { x, importance, meanSquare, block in
        let (d, m, quants) = layout.encode(x, importance, rowMeanSquare: meanSquare)
        block.store(Half.bits(d), at: 0)
        block.store(Half.bits(m), at: 2)
        Quants32.storeFourBits(quants, block, at: 4)
      }),
    codec: { $0.q4_1 })

  private static let layout = AffineBlock(levels: 15)
}
