/// What the digits of the IQ2 grids stand for.
enum IQ2 {
  private static let magnitudes: [Float] = [8, 25, 43]

  /// Eight elements from a point.
  static func decode(
    _ point: [Int], signs: UInt8, scale: Float, into values: UnsafeMutableBufferPointer<Float>,
    at start: Int
  ) {
    for (i, digit) in point.enumerated() {
      values[start + i] = SignBits.applied(signs, i, to: scale * magnitudes[digit])
    }
  }
}
