/// What Q4_1 and Q5_1 share: 32 elements, a half d and a half minimum m, x = q·d + m with q in
/// 0...levels.
///
/// Without importance the least element becomes 0 and the largest `levels`; with it, both halves are
/// searched, and the minimum is never above zero.
struct AffineBlock: Sendable {
  let levels: Int32

  func encode(_ x: [Float], _ importance: [Float]?, rowMeanSquare: Float) -> (
    d: Float, m: Float, quants: [UInt8]
  ) {
    guard let importance else { return divideRange(x) }
    let search = AffineSearch(levels: levels, first: -0.9, step: 0.05, steps: 36)
    let fit = search.fit(x, weights: weigh(x, by: importance, variance: rowMeanSquare))
    return (fit.scale, -fit.minimum, fit.quants)
  }

  /// `quants` holds 32.
  func decode(d: Float, m: Float, quants: [UInt8], _ values: UnsafeMutableBufferPointer<Float>) {
    for i in 0..<32 { values[i] = Float(quants[i]) * d + m }
  }

  private func divideRange(_ x: [Float]) -> (d: Float, m: Float, quants: [UInt8]) {
    var low = x[0]
    var high = x[0]
    for value in x {
      if value < low { low = value }
      if value > high { high = value }
    }
    let d = (high - low) / Float(levels)
    let inverse = d != 0 ? 1 / d : 0
    return (
      d, low,
      x.map { value in
        // Below 2^-128 the inverse overflows, beyond the largest float the range does; what no byte
        // can hold becomes zero, as on ggml's own platform. Elsewhere the sum is in
        // 0.5..<levels + 1.
        let q = (value - low) * inverse + 0.5
        return q.isFinite ? UInt8(q) : 0
      }
    )
  }
}
