/// Q4_0: 32 elements in 18 bytes, 4.5 bits each.
///
///     0   half   d
///     2   16 bytes   `Quants32`, four bits          x = (q - 8)·d
extension BlockFormat {
  public static let q4_0 = BlockFormat(
    dtype: .q4_0, fallback: nil,
    reference: Reference(
      .q4_0,
      decode: { block, values in
        layout.decode(d: block.half(at: 0), quants: Quants32.fourBits(block, at: 2), values)
      },
      prepare: meanSquare,
      encode: { x, importance, meanSquare, block in
        let (d, quants) = layout.encode(x, importance, rowMeanSquare: meanSquare)
        block.store(Half.bits(d), at: 0)
        Quants32.storeFourBits(quants, block, at: 2)
      }),
    codec: { $0.q4_0 })

  private static let layout = SymmetricBlock(levels: 8)
}
