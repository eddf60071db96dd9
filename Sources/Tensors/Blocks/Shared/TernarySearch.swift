/// The search of the IQ1 formats: x ≈ scale·(digit - 1 ± 1/8), with digits 0, 1 and 2 in groups of
/// eight that are points of a grid.
///
/// In ascending order of the elements, two boundaries split them into digits 0, 1 and 2. Every pair
/// of boundaries is tried with every way to shift the groups; the least-squares scale with the best
/// fit wins. Groups off the grid then take their best neighbour.
struct TernarySearch: Sendable {
  /// Of a sub-block, 16 or 32.
  let elements: Int
  /// A sub-block whose largest magnitude is less counts as all zero.
  let smallest: Float
  /// The ways to shift the groups: which go down. The mirror of a way is as far from the other end.
  let ways: [[Bool]]
  /// The sums of one split for each way.
  let score: @Sendable (Sorted, _ first: Int, _ second: Int) -> [(qx: Float, q2: Float)]

  /// The elements of a sub-block in ascending order, equal ones as they came.
  struct Sorted {
    let x, w: [Float]
    /// Where each stood.
    let positions: [Int]
    /// Running sums of w·x and of w, from nothing.
    private(set) var sums: (x: [Float], w: [Float])

    init(_ x: [Float], _ w: [Float]) {
      let positions = x.indices.sorted { x[$0] < x[$1] || (x[$0] == x[$1] && $0 < $1) }
      self.positions = positions
      self.x = positions.map { x[$0] }
      self.w = positions.map { w[$0] }
      sums = ([0], [0])
      for i in positions {
        sums.x.append(sums.x[sums.x.count - 1] + w[i] * x[i])
        sums.w.append(sums.w[sums.w.count - 1] + w[i])
      }
    }
  }

  struct SubBlock {
    let scale: Float
    let points: [Int]
    /// Which groups are shifted down.
    let down: [Bool]
  }

  static let up: [Float] = [-0.875, 0.125, 1.125]
  static let down: [Float] = [-1.125, -0.125, 0.875]

  /// Importance becomes weight; without it x² does.
  static func weights(_ x: [Float], _ importance: [Float]?) -> [Float] {
    importance.map { weigh(x, by: $0, variance: 2 * squareSum(x) / 256) } ?? x.map { $0 * $0 }
  }

  /// The sub-blocks of 256 elements.
  func encode(_ x: [Float], weights: [Float]) -> [SubBlock] {
    stride(from: 0, to: 256, by: elements).map { start in
      fit(Array(x[start..<start + elements]), weights: Array(weights[start..<start + elements]))
    }
  }

  private func fit(_ x: [Float], weights w: [Float]) -> SubBlock {
    var largest: Float = 0
    for value in x { largest = largest > abs(value) ? largest : abs(value) }
    guard !(largest < smallest), let split = bestSplit(x, w) else {
      return SubBlock(
        scale: 0, points: Array(repeating: 0, count: elements / 8),
        down: Array(repeating: false, count: elements / 8))
    }

    let down = ways[split.way]
    var scale = split.scale
    var isOffGrid = false
    var points: [Int] = []
    var qx: Float = 0
    var q2: Float = 0
    for k in 0..<elements / 8 {
      let group = 8 * k..<8 * k + 8
      let digits = Array(split.digits[group])
      let levels = down[k] ? Self.down : Self.up
      if Grid.iq1.number(of: digits) == nil { isOffGrid = true }
      let point = Grid.iq1.nearest(
        digits, x[group], weights: w[group], scale: split.scale, levels: levels)
      for i in 0..<8 {
        let q = levels[point[i]]
        qx += w[8 * k + i] * q * x[8 * k + i]
        q2 += w[8 * k + i] * q * q
      }
      points.append(Grid.iq1.number(of: point) ?? 0)
    }
    if isOffGrid && qx > 0 && q2 > 0 { scale = qx / q2 }
    return SubBlock(scale: scale >= 0 ? scale : 0, points: points, down: down)
  }

  /// The best split, mirrored where its scale was negative; nil where none has a score.
  private func bestSplit(_ x: [Float], _ w: [Float]) -> (scale: Float, digits: [Int], way: Int)? {
    let sorted = Sorted(x, w)
    var best = -Float.greatestFiniteMagnitude
    var scale: Float = 0
    var found: (first: Int, second: Int, way: Int)?
    for first in 0...elements {
      for second in first...elements {
        for (way, (qx, q2)) in score(sorted, first, second).enumerated()
        where q2 > 0 && qx * qx > best * q2 {
          scale = qx / q2
          best = scale * qx
          found = (first, second, way)
        }
      }
    }
    guard let (first, second, way) = found else { return nil }
    var digits = Array(repeating: 0, count: elements)
    for (rank, position) in sorted.positions.enumerated() {
      let digit = rank < first ? 0 : rank < second ? 1 : 2
      digits[position] = scale < 0 ? 2 - digit : digit
    }
    return (abs(scale), digits, scale < 0 ? ways.count - 1 - way : way)
  }
}
