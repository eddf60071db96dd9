/// What Q4_0 and Q5_0 share: 32 elements and a half d, x = (q - levels)·d with q in 0..<2·levels.
///
/// Without importance the element of largest magnitude becomes -levels; with it, the scale is
/// searched.
struct SymmetricBlock: Sendable {
  let levels: Int32

  func encode(_ x: [Float], _ importance: [Float]?, rowMeanSquare: Float) -> (
    d: Float, quants: [UInt8]
  ) {
    guard let importance else { return divideByExtreme(x) }
    let fit = SymmetricSearch(levels: levels).fit(
      x, weights: weigh(x, by: importance, variance: rowMeanSquare))
    return (fit.scale, fit.quants)
  }

  /// `quants` holds 32.
  func decode(d: Float, quants: [UInt8], _ values: UnsafeMutableBufferPointer<Float>) {
    for i in 0..<32 { values[i] = Float(Int32(quants[i]) - levels) * d }
  }

  private func divideByExtreme(_ x: [Float]) -> (d: Float, quants: [UInt8]) {
    var largest: Float = 0
    var extreme: Float = 0
    for value in x where largest < abs(value) {
      largest = abs(value)
      extreme = value
    }
    let d = extreme / -Float(levels)
    let inverse = d != 0 ? 1 / d : 0
    return (
      d,
      x.map { value in
        // Below 2^-128 the inverse overflows; what no byte can hold becomes zero, as on ggml's own
        // platform. Elsewhere the sum is in 0.5...2·levels + 0.5.
        let q = value * inverse + (Float(levels) + 0.5)
        return q.isFinite ? min(UInt8(2 * levels - 1), UInt8(q)) : 0
      }
    )
  }
}
