/// IQ4_NL: 32 elements in 18 bytes, 4.5 bits each. What IQ4_XS and smaller formats fall back to.
///
///     0   half   d
///     2   16 bytes   `Quants32`, four bits          x = d·level(q) (`NonlinearQuants`)
extension BlockFormat {
  public static let iq4_nl = BlockFormat(
    dtype: .iq4_nl, fallback: nil,
    reference: Reference(
      .iq4_nl,
      decode: { block, values in
        let d = block.half(at: 0)
        let quants = Quants32.fourBits(block, at: 2)
        for i in 0..<32 { values[i] = d * NonlinearQuants.levels[Int(quants[i])] }
      },
      encode: { x, importance, block in
        let d = NonlinearQuants.scale(x, weights: NonlinearQuants.weights(x, importance))
        block.store(Half.bits(d), at: 0)
        Quants32.storeFourBits(NonlinearQuants.nearest(x, scale: d), block, at: 2)
      }),
    codec: { $0.iq4_nl })
}
