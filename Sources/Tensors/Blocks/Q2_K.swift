/// Q2_K: 256 elements in 84 bytes, 2.625 bits each.
///
///     0   16 bytes   low nibbles: scales of 16 elements each, high nibbles: their minimums
///     16  64 bytes   `BitPairs`
///     80  half   d
///     82  half   dmin               x = (d·scale)·q - (dmin·minimum)
extension BlockFormat {
  public static let q2_K = BlockFormat(
    dtype: .q2_K, fallback: .q4_0,
    reference: Reference(
      .q2_K,
      decode: { block, values in
        layout.decode(block, quants: BitPairs.load(block, at: quants), values)
      },
      encode: { x, importance, block in
        BitPairs.store(layout.encode(x, importance, block), block, at: quants)
      }),
    codec: { $0.q2_K })

  private static let quants = 16
  private static let layout = ScaleMinBlock(
    header: .nibbles,
    plain: AffineSearch(levels: 3, first: -0.5, step: 0.1, steps: 15, error: .absolute),
    weighted: AffineSearch(levels: 3, first: -0.9, step: 0.05, steps: 36),
    addsDeviation: false, spread: 1)
}
