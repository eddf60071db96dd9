/// The search for a scale where x ≈ scale·(q - levels) with q in 0..<2·levels
/// (ggml: `make_qx_quants`, whose unweighted kind weighs by x²).
///
/// Candidates map the element of largest magnitude to -levels and to a little more or less; the
/// least-squares scale with the best fit wins.
struct SymmetricSearch: Sendable {
  let levels: Int32

  struct Fit {
    let scale: Float
    /// Offset by `levels`; all 0 where the group counts as all zero.
    let quants: [UInt8]
  }

  func fit(_ x: [Float], weights w: [Float]) -> Fit {
    var largest: Float = 0
    var extreme: Float = 0
    for value in x where abs(value) > largest {
      largest = abs(value)
      extreme = value
    }
    if largest < allZero { return Fit(scale: 0, quants: Array(repeating: 0, count: x.count)) }

    var inverse = -Float(levels) / extreme
    var (sumLX, sumL2) = sums(x, w, inverse)
    var scale = sumL2 != 0 ? sumLX / sumL2 : 0
    var best = scale * sumLX
    for candidate in -9...9 where candidate != 0 {
      let thisInverse = -(Float(levels) + 0.1 * Float(candidate)) / extreme
      (sumLX, sumL2) = sums(x, w, thisInverse)
      if sumL2 > 0 && sumLX * sumLX > best * sumL2 {
        inverse = thisInverse
        scale = sumLX / sumL2
        best = scale * sumLX
      }
    }
    return Fit(scale: scale, quants: x.map { UInt8(rounded($0, inverse) + levels) })
  }

  private func rounded(_ value: Float, _ inverse: Float) -> Int32 {
    clamp(nearestInt(inverse * value), -levels, levels - 1)
  }

  private func sums(_ x: [Float], _ w: [Float], _ inverse: Float) -> (lx: Float, l2: Float) {
    var lx: Float = 0
    var l2: Float = 0
    for i in x.indices {
      let l = Float(rounded(x[i], inverse))
      lx += w[i] * x[i] * l
      l2 += w[i] * l * l
    }
    return (lx, l2)
  }
}
