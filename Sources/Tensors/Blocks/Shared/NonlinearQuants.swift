/// What IQ4_NL and IQ4_XS share: quants name one of sixteen uneven levels, x = scale·level
/// (ggml: `kvalues_iq4nl`), and the scale of 32 elements is searched
/// (`quantize_row_iq4_nl_impl`).
enum NonlinearQuants {
  static let levels: [Float] = [
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
  ]

  /// The nearest level; halfway the upper one. Not a number names the last.
  static func nearest(_ value: Float) -> UInt8 {
    UInt8((1..<16).count { !(value < (levels[$0 - 1] + levels[$0]) / 2) })
  }

  static func nearest(_ x: [Float], scale: Float) -> [UInt8] {
    let inverse = scale != 0 ? 1 / scale : 0
    return x.map { nearest(inverse * $0) }
  }

  /// Elements are weighed with twice the mean square of their block, or by x² without importance.
  static func weights(_ block: [Float], _ importance: [Float]?) -> [Float] {
    guard let importance else { return block.map { $0 * $0 } }
    return weigh(
      block, by: importance, variance: squareSum(block) * (2 / Float(block.count)))
  }

  /// Candidates map the element of largest magnitude to -127 and up to seven units beside it; the
  /// least-squares scale with the best fit wins.
  static func scale(_ x: [Float], weights w: [Float]) -> Float {
    var largest: Float = 0
    var extreme: Float = 0
    for value in x where abs(value) > largest {
      largest = abs(value)
      extreme = value
    }
    if largest < allZero { return 0 }

    var (sumLX, sumL2) = sums(x, w, inverse: 1 / (extreme / 127))
    var scale = sumL2 > 0 ? sumLX / sumL2 : 0
    var best = scale * sumLX
    for candidate in -7...7 {
      (sumLX, sumL2) = sums(x, w, inverse: Float(candidate - 127) / extreme)
      if sumL2 > 0 && sumLX * sumLX > best * sumL2 {
        scale = sumLX / sumL2
        best = scale * sumLX
      }
    }
    return scale
  }

  private static func sums(_ x: [Float], _ w: [Float], inverse: Float) -> (lx: Float, l2: Float) {
    var lx: Float = 0
    var l2: Float = 0
    for i in x.indices {
      let l = levels[Int(nearest(inverse * x[i]))]
      lx += w[i] * l * x[i]
      l2 += w[i] * l * l
    }
    return (lx, l2)
  }
}
