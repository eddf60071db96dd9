/// How elements are weighed where importance is given: importance · √(variance + x²), with what the
/// format takes for the variance around the element.
func weigh(_ x: [Float], by importance: [Float], variance: Float) -> [Float] {
  zip(x, importance).map { $1 * (variance + $0 * $0).squareRoot() }
}

/// The variance that formats of 32 elements weigh with.
func meanSquare(_ row: UnsafeBufferPointer<Float>) -> Float { squareSum(row) / Float(row.count) }
