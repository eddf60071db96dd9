/// What MXFP4 and NVFP4 share: E2M1, a sign, two bits of exponent and one of mantissa. Levels are
/// counted in half units, as in ggml (`kvalues_fp4`).
enum FourBitFloat {
  static let levels: [Float] = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12]

  /// The first of the sixteen with the least difference, in single precision.
  static func nearest(_ value: Float, unit: Float) -> UInt8 {
    var best = 0
    var least = abs(levels[0] * unit - value)
    for i in 1..<16 {
      let difference = abs(levels[i] * unit - value)
      if difference < least { (best, least) = (i, difference) }
    }
    return UInt8(best)
  }
}
