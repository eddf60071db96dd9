/// Q5_1: 32 elements in 24 bytes, 6 bits each. What Q5_K falls back to.
///
///     0   half   d
///     2   half   m, the minimum
///     4   20 bytes   `Quants32`, five bits          x = q·d + m
///
/// Without importance the least element becomes 0 and the largest 31; with it, both halves are
/// searched, and the minimum is never above zero.
extension BlockFormat {
  public static let q5_1 = BlockFormat(
    dtype: .q5_1, fallback: nil,
    reference: Reference(
      .q5_1,
      decode: { block, values in
        let d = block.half(at: 0)
        let m = block.half(at: 2)
        let quants = Quants32.fiveBits(block, at: 4)
        for i in 0..<32 { values[i] = Float(quants[i]) * d + m }
      },
      prepare: meanSquare,
      encode: { x, importance, meanSquare, block in
        let fit =
          importance.map {
            search.fit(x, weights: weigh(x, by: $0, variance: meanSquare))
          } ?? divideRange(x)
        block.store(Half.bits(fit.scale), at: 0)
        block.store(Half.bits(-fit.minimum), at: 2)
        Quants32.storeFiveBits(fit.quants, block, at: 4)
      }),
    codec: { $0.q5_1 })

  private static let search = AffineSearch(levels: 31, first: -0.9, step: 0.05, steps: 36)

  private static func divideRange(_ x: [Float]) -> AffineSearch.Fit {
    var low = x[0]
    var high = x[0]
    for value in x {
      if value < low { low = value }
      if value > high { high = value }
    }
    let d = (high - low) / 31
    let inverse = d != 0 ? 1 / d : 0
    return AffineSearch.Fit(
      scale: d, minimum: -low,
      quants: x.map { value in
        // Below 2^-128 the inverse overflows, beyond the largest float the range does; what no byte
        // can hold becomes zero, as on ggml's own platform. Elsewhere the sum is in 0.5..<32.
        let q = (value - low) * inverse + 0.5
        return q.isFinite ? UInt8(q) : 0
      })
  }
}
