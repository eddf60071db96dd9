/// What TQ1_0, TQ2_0 and Q2_0 share: the largest magnitude d becomes 1, every element the nearest of
/// -1, 0 and 1, halves away from zero, and x = d·(q - 1).
enum TernaryQuants {
  /// Below 2^-128 the inverse of d overflows, and `lost` is what ggml's own platform then makes of
  /// the nearest integer.
  static func encode(_ x: [Float], lost: UInt8) -> (d: Float, quants: [UInt8]) {
    let d = x.reduce(0) { max($0, abs($1)) }
    let inverse = d > 0 ? 1 / d : 0
    return (
      d,
      x.map { value in
        guard inverse.isFinite else { return lost }
        return UInt8((value * inverse).rounded(.toNearestOrAwayFromZero) + 1)
      }
    )
  }

  static func decode(
    _ quants: [UInt8], d: Float, _ values: UnsafeMutableBufferPointer<Float>
  ) {
    for (i, q) in quants.enumerated() { values[i] = Float(Int(q) - 1) * d }
  }
}
