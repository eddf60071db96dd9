/// The search for a scale where x ≈ scale·(q - levels) with q in 0..<2·levels, by moving single
/// quants (ggml: `make_q3_quants`): the element of largest magnitude starts at -levels, then each
/// quant goes where the others' least-squares scale puts it, while that improves the fit. Elements
/// weigh x².
struct MovingSearch: Sendable {
  let levels: Int32

  func fit(_ x: [Float]) -> SymmetricSearch.Fit {
    var extreme: Float = 0
    for value in x where abs(value) > abs(extreme) { extreme = value }
    if abs(extreme) < allZero {
      return SymmetricSearch.Fit(scale: 0, quants: Array(repeating: 0, count: x.count))
    }
    let inverse = -Float(levels) / extreme
    var quants = x.map { rounded(inverse * $0) }
    var sumLX: Float = 0
    var sumL2: Float = 0
    for i in x.indices {
      let w = x[i] * x[i]
      let l = Float(quants[i])
      sumLX += w * x[i] * l
      sumL2 += w * l * l
    }
    for _ in 0..<5 {
      guard move(x, &quants, &sumLX, &sumL2) else { break }
    }
    return SymmetricSearch.Fit(
      scale: sumL2 > 0 ? sumLX / sumL2 : 0, quants: quants.map { UInt8($0 + levels) })
  }

  /// One round over all quants; false where none moved.
  private func move(
    _ x: [Float], _ quants: inout [Int32], _ sumLX: inout Float, _ sumL2: inout Float
  ) -> Bool {
    var moved = false
    for i in x.indices {
      let w = x[i] * x[i]
      let old = Float(quants[i])
      var lx = sumLX - w * x[i] * old
      var l2 = sumL2 - w * old * old
      guard lx > 0 else { continue }
      let q = rounded(x[i] * l2 / lx)
      guard q != quants[i] else { continue }
      let l = Float(q)
      lx += w * x[i] * l
      l2 += w * l * l
      if l2 > 0 && lx * lx * sumL2 > sumLX * sumLX * l2 {
        quants[i] = q
        (sumLX, sumL2) = (lx, l2)
        moved = true
      }
    }
    return moved
  }

  private func rounded(_ value: Float) -> Int32 { clamp(nearestInt(value), -levels, levels - 1) }
}
