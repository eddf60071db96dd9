/// The search for scale and minimum where x ≈ scale·q - minimum with q in 0...levels
/// (ggml: `make_qkx2_quants` and `make_qkx3_quants`, which agree wherever weights are given).
///
/// Candidate i rounds with the range spread over `levels + first + step·i` quants, then solves the
/// weighted least squares for scale and minimum. The least weighted error wins.
struct AffineSearch: Sendable {
  let levels: Int32
  let first: Float
  let step: Float
  let steps: Int
  /// How far a fit is from an element, before the weight.
  var error = Error.square

  enum Error { case square, absolute }

  struct Fit {
    /// The fit's minimum is -minimum: blocks store it positive.
    let scale, minimum: Float
    let quants: [UInt8]
  }

  func fit(_ x: [Float], weights w: [Float]) -> Fit {
    var low = x[0]
    var high = x[0]
    var sumW = w[0]
    var sumX = w[0] * x[0]
    for i in 1..<x.count {
      if x[i] < low { low = x[i] }
      if x[i] > high { high = x[i] }
      sumW += w[i]
      sumX += w[i] * x[i]
    }
    if low > 0 { low = 0 }
    if high == low {
      return Fit(scale: 0, minimum: -low, quants: Array(repeating: 0, count: x.count))
    }

    // Candidates measure the range from the best minimum so far, not from the least element.
    var minimum = low
    var inverse = Float(levels) / (high - minimum)
    var scale = 1 / inverse
    var quants = rounded(x, inverse, minimum)
    var least = totalError(x, w, quants, scale, minimum)
    for candidate in 0...steps {
      inverse = (first + step * Float(candidate) + Float(levels)) / (high - minimum)
      let trial = rounded(x, inverse, minimum)
      var sumL: Float = 0
      var sumL2: Float = 0
      var sumXL: Float = 0
      for i in x.indices {
        let l = Float(trial[i])
        sumL += w[i] * l
        sumL2 += w[i] * l * l
        sumXL += w[i] * l * x[i]
      }
      let determinant = sumW * sumL2 - sumL * sumL
      guard determinant > 0 else { continue }
      var thisScale = (sumW * sumXL - sumX * sumL) / determinant
      var thisMinimum = (sumL2 * sumX - sumL * sumXL) / determinant
      if thisMinimum > 0 {
        thisMinimum = 0
        thisScale = sumXL / sumL2
      }
      let thisError = totalError(x, w, trial, thisScale, thisMinimum)
      if thisError < least {
        (least, quants, scale, minimum) = (thisError, trial, thisScale, thisMinimum)
      }
    }
    return Fit(scale: scale, minimum: -minimum, quants: quants)
  }

  private func rounded(_ x: [Float], _ inverse: Float, _ minimum: Float) -> [UInt8] {
    x.map { UInt8(clamp(nearestInt(inverse * ($0 - minimum)), 0, levels)) }
  }

  private func totalError(
    _ x: [Float], _ w: [Float], _ quants: [UInt8], _ scale: Float, _ minimum: Float
  ) -> Float {
    var sum: Float = 0
    for i in x.indices {
      let difference = scale * Float(quants[i]) + minimum - x[i]
      sum += w[i] * (error == .square ? difference * difference : abs(difference))
    }
    return sum
  }
}
