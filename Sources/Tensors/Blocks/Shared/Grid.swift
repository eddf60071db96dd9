import CKernels

/// The grid of an IQ format: the points that groups of 8 or 4 elements may take, each a list of
/// digits. A block stores a point's number. The kernels read the same tables.
struct Grid: Sendable {
  static let iq2_xxs = Grid(ASSAY_GRID_IQ2_XXS)
  static let iq2_xs = Grid(ASSAY_GRID_IQ2_XS)
  static let iq2_s = Grid(ASSAY_GRID_IQ2_S)
  static let iq1 = Grid(ASSAY_GRID_IQ1)
  static let iq3_xxs = Grid(ASSAY_GRID_IQ3_XXS)
  static let iq3_s = Grid(ASSAY_GRID_IQ3_S)

  /// Immutable for the life of the process.
  private nonisolated(unsafe) let table: UnsafePointer<assay_grid>
  /// Digits of a point, and the largest digit.
  let dimensions, highest: Int
  private let bits: Int

  private init(_ id: assay_grid_id) {
    table = assay_grid_for(id)
    dimensions = Int(table.pointee.dimensions)
    highest = Int(table.pointee.highest)
    bits = Int(table.pointee.bits)
  }

  /// The digits of a point. `number` comes from a block, whose format has room for no number that is
  /// too large.
  func point(_ number: Int) -> [Int] { digits(table.pointee.codes[number]) }

  /// The number of the point with these digits, if there is one.
  func number(of digits: [Int]) -> Int? {
    let number = table.pointee.map[code(digits)]
    return number >= 0 ? Int(number) : nil
  }

  /// The point with these digits, or the neighbour of least Σ weight·(scale·level - x)², of equals
  /// the first; where no sum is finite, the first neighbour (ggml gives up there).
  /// `levels` says what each digit stands for.
  func nearest(
    _ digits: [Int], _ x: ArraySlice<Float>, weights: ArraySlice<Float>, scale: Float,
    levels: [Float]
  ) -> [Int] {
    let map = table.pointee.map[code(digits)]
    guard map < 0, let list = table.pointee.neighbours?.advanced(by: -1 - Int(map)) else {
      return digits
    }
    let neighbours = UnsafeBufferPointer(start: list + 1, count: Int(list[0]))
    var nearest = neighbours[0]
    var least = Float.greatestFiniteMagnitude
    for neighbour in neighbours {
      var sum: Float = 0
      for i in 0..<dimensions {
        let difference = scale * levels[digit(neighbour, i)] - x[x.startIndex + i]
        sum += weights[weights.startIndex + i] * difference * difference
      }
      if sum < least { (least, nearest) = (sum, neighbour) }
    }
    return self.digits(nearest)
  }

  private func digit(_ code: UInt16, _ i: Int) -> Int {
    Int(code) >> (bits * i) & (1 << bits - 1)
  }
  private func digits(_ code: UInt16) -> [Int] { (0..<dimensions).map { digit(code, $0) } }
  private func code(_ digits: [Int]) -> Int {
    digits.enumerated().reduce(0) { $0 | $1.element << (bits * $1.offset) }
  }
}
