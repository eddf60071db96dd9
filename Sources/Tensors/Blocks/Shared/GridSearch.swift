/// The search of the IQ2 and IQ3 formats: x ≈ ±scale·(2·digit + 1), with digits in groups that are
/// points of a grid.
///
/// A candidate scale rounds every element; a group that is no point then takes its best neighbour.
/// The least-squares scale with the best fit wins, and what it left off the grid is done again by it.
struct GridSearch: Sendable {
  let grid: Grid
  /// Of a sub-block, 16 or 32.
  let elements: Int
  /// Seven signs to eight elements: the eighth makes their number even, so where it was odd, the
  /// element that matters least turns.
  var evenSigns = false
  /// Weights: importance·√(variance + x²), with this times the mean square for the variance.
  let variance: Float
  /// The weight of an element without importance.
  var plain: @Sendable (_ x: Float, _ variance: Float) -> Float = { x, _ in x * x }
  /// A sub-block whose largest element is less counts as all zero.
  let smallest: Float
  /// Whether candidates spread around a search for the scale alone, or around the largest element.
  var startsFromFit = false
  /// Candidates are 2·highest + 1 + step·c for c in -last...last.
  let last: Int
  let step: Float
  /// What the winner rounds again.
  let again: Again

  enum Again {
    case everything
    case groupsOffGrid
    /// And everything too where no candidate was any good.
    case everythingIfAnyOffGrid
  }

  struct SubBlock {
    let scale: Float
    /// The numbers of the groups' points, and the signs of every eight elements.
    let points: [Int]
    let signs: [UInt8]
    /// The sub-block counts as all zero: it was not searched.
    let isZero: Bool
  }

  /// The sub-blocks of 256 elements.
  func encode(_ x: [Float], _ importance: [Float]?) -> [SubBlock] {
    let variance = variance * squareSum(x) / 256
    return stride(from: 0, to: 256, by: elements).map { start in
      let part = Array(x[start..<start + elements])
      let weights =
        importance.map {
          weigh(part, by: Array($0[start..<start + elements]), variance: variance)
        } ?? part.map { plain($0, variance) }
      return fit(part, weights: weights)
    }
  }

  private func fit(_ values: [Float], weights w: [Float]) -> SubBlock {
    let (x, signs) = splitSigns(values, w)
    var largest = x[0]
    for value in x { largest = largest > value ? largest : value }
    guard !(largest < smallest) else { return zero }
    let widest = Float(2 * grid.highest + 1)
    var scale = largest / widest
    var start = largest
    if startsFromFit {
      scale = PositiveSearch(levels: 4).fit(x, weights: w).scale
      start = scale * 3
      guard !(start <= 0) else { return zero }
    }

    let roots = w.map { $0.squareRoot() }
    var best: Float = 0
    var chosen = Groups(
      digits: Array(repeating: Array(repeating: 0, count: grid.dimensions), count: groupCount),
      off: Array(repeating: again == .everythingIfAnyOffGrid, count: groupCount))
    for candidate in -last...last {
      let inverse = (widest + Float(candidate) * step) / start
      let groups = Groups(x, roots, inverse, scale: 1 / inverse, self)
      let (qx, q2) = sums(x, w, groups)
      if q2 > 0 && qx * qx > best * q2 {
        scale = qx / q2
        best = scale * qx
        chosen = groups
      }
    }
    if scale > 0 && (again == .everything || chosen.off.contains(true)) {
      let groups = Groups(x, roots, 1 / scale, scale: scale, self)
      for k in 0..<groupCount where again != .groupsOffGrid || chosen.off[k] {
        chosen.digits[k] = groups.digits[k]
      }
      let (qx, q2) = sums(x, w, chosen)
      if q2 > 0 { scale = qx / q2 }
    }
    let negative = scale < 0
    if negative { scale = -scale }
    return SubBlock(
      // What overflowed to no number is zero; ggml gives up there.
      scale: scale >= 0 ? scale : 0,
      points: chosen.digits.map { grid.number(of: $0) ?? 0 },
      signs: signs.map { negative ? ~$0 & (evenSigns ? 127 : 255) : $0 }, isZero: false)
  }

  private var groupCount: Int { elements / grid.dimensions }

  private var zero: SubBlock {
    SubBlock(
      scale: 0, points: Array(repeating: 0, count: groupCount),
      signs: Array(repeating: 0, count: elements / 8), isZero: true)
  }

  /// Magnitudes, and the signs of every eight.
  private func splitSigns(_ values: [Float], _ w: [Float]) -> ([Float], [UInt8]) {
    var x = values.map { $0 >= 0 ? $0 : -$0 }
    let signs = stride(from: 0, to: elements, by: 8).map { start in
      var bits = (0..<8).reduce(UInt8(0)) { $0 | (values[start + $1] >= 0 ? 0 : 1 << $1) }
      guard evenSigns else { return bits }
      if bits.nonzeroBitCount % 2 == 1 {
        func loss(_ i: Int) -> Float { w[start + i] * values[start + i] * values[start + i] }
        var least = 0
        for i in 1..<8 where loss(i) < loss(least) { least = i }
        x[start + least] = -x[start + least]
        bits ^= 1 << least
      }
      return bits & 127
    }
    return (x, signs)
  }

  /// Every group's digits, and whether they were no point before they were moved to one.
  private struct Groups {
    var digits: [[Int]]
    var off: [Bool]

    init(digits: [[Int]], off: [Bool]) { (self.digits, self.off) = (digits, off) }

    init(_ x: [Float], _ roots: [Float], _ inverse: Float, scale: Float, _ search: GridSearch) {
      let grid = search.grid
      let levels = (0...grid.highest).map { Float(2 * $0 + 1) }
      (digits, off) = ([], [])
      for start in stride(from: 0, to: x.count, by: grid.dimensions) {
        let range = start..<start + grid.dimensions
        let rounded = x[range].map {
          Int(clamp(nearestInt(0.5 * (inverse * $0 - 1)), 0, Int32(grid.highest)))
        }
        off.append(grid.number(of: rounded) == nil)
        digits.append(
          grid.nearest(rounded, x[range], weights: roots[range], scale: scale, levels: levels))
      }
    }
  }

  private func sums(_ x: [Float], _ w: [Float], _ groups: Groups) -> (qx: Float, q2: Float) {
    var qx: Float = 0
    var q2: Float = 0
    for (k, group) in groups.digits.enumerated() {
      for (i, digit) in group.enumerated() {
        let element = grid.dimensions * k + i
        let q = Float(2 * digit + 1)
        qx += w[element] * x[element] * q
        q2 += w[element] * q * q
      }
    }
    return (qx, q2)
  }
}
