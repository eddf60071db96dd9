/// Q5_0: 32 elements in 22 bytes, 5.5 bits each. What Q4_K falls back to.
///
///     0   half   d
///     2   20 bytes   `Quants32`, five bits          x = (q - 16)·d
extension BlockFormat {
  public static let q5_0 = BlockFormat(
    dtype: .q5_0, fallback: nil,
    reference: Reference(
      .q5_0,
      decode: { block, values in
        layout.decode(d: block.half(at: 0), quants: Quants32.fiveBits(block, at: 2), values)
      },
      prepare: meanSquare,
      encode: { x, importance, meanSquare, block in
        let (d, quants) = layout.encode(x, importance, rowMeanSquare: meanSquare)
        block.store(Half.bits(d), at: 0)
        Quants32.storeFiveBits(quants, block, at: 2)
      }),
    codec: { $0.q5_0 })

  private static let layout = SymmetricBlock(levels: 16)
}
