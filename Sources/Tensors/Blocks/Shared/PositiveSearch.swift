/// The search for the scale of a block's own scales, x ≈ scale·q with q in 0...levels, used with
/// importance (ggml: `make_qp_quants`): the best of nine roundings, then single quants are moved
/// while that improves the fit.
struct PositiveSearch: Sendable {
  let levels: Int32

  struct Fit {
    let scale: Float
    /// Bytes, as in ggml: a negative x wraps around.
    let quants: [UInt8]
  }

  func fit(_ x: [Float], weights w: [Float]) -> Fit {
    var largest: Float = 0
    for value in x { largest = largest > value ? largest : value }
    if largest < allZero { return Fit(scale: 0, quants: Array(repeating: 0, count: x.count)) }

    var inverse = Float(levels) / largest
    // The first rounding is not clamped, only cut to a byte.
    var least = error(x, w, 1 / inverse) {
      Float(UInt8(truncatingIfNeeded: nearestInt(inverse * $0)))
    }
    for candidate in -4...4 where candidate != 0 {
      let thisInverse = (0.1 * Float(candidate) + Float(levels)) / largest
      let thisError = error(x, w, 1 / thisInverse) {
        Float(min(levels, nearestInt(thisInverse * $0)))
      }
      if thisError < least {
        least = thisError
        inverse = thisInverse
      }
    }

    var quants: [UInt8] = []
    var sumLX: Float = 0
    var sumL2: Float = 0
    for i in x.indices {
      let q = min(levels, nearestInt(inverse * x[i]))
      let l = Float(q)
      quants.append(UInt8(truncatingIfNeeded: q))
      sumLX += w[i] * x[i] * l
      sumL2 += w[i] * l * l
    }
    for _ in 0..<5 {
      guard improve(x, w, &quants, &sumLX, &sumL2) else { break }
    }
    return Fit(scale: sumL2 > 0 ? sumLX / sumL2 : 0, quants: quants)
  }

  private func error(_ x: [Float], _ w: [Float], _ scale: Float, _ quant: (Float) -> Float) -> Float
  {
    var sum: Float = 0
    for i in x.indices {
      let difference = x[i] - scale * quant(x[i])
      sum += w[i] * difference * difference
    }
    return sum
  }

  /// One round over all quants; false where none moved.
  private func improve(
    _ x: [Float], _ w: [Float], _ quants: inout [UInt8], _ sumLX: inout Float, _ sumL2: inout Float
  ) -> Bool {
    var changed = false
    for i in x.indices {
      let old = Float(quants[i])
      var lx = sumLX - w[i] * x[i] * old
      var l2 = sumL2 - w[i] * old * old
      guard lx > 0 && l2 > 0 else { continue }
      let q = min(levels, nearestInt(x[i] * l2 / lx))
      let l = Float(q)
      guard q != Int32(quants[i]) else { continue }
      lx += w[i] * x[i] * l
      l2 += w[i] * l * l
      if lx * lx * sumL2 > sumLX * sumLX * l2 {
        quants[i] = UInt8(truncatingIfNeeded: q)
        (sumLX, sumL2) = (lx, l2)
        changed = true
      }
    }
    return changed
  }
}
