import CKernels
import Testing

/// The tables that IQ encoders search in, against their meaning. Their points are proved by the
/// goldens.
@Suite struct GridTests {
  /// How many distances count as near, as in ggml.
  static let grids: [(id: assay_grid_id, points: Int, shells: Int)] = [
    (ASSAY_GRID_IQ2_XXS, 256, 2), (ASSAY_GRID_IQ2_XS, 512, 2), (ASSAY_GRID_IQ2_S, 1024, 1),
    (ASSAY_GRID_IQ1, 2048, 3), (ASSAY_GRID_IQ3_XXS, 256, 2), (ASSAY_GRID_IQ3_S, 512, 3),
  ]

  @Test(arguments: grids.indices)
  func neighboursAreTheNearestShells(_ index: Int) throws {
    let (id, pointCount, shells) = Self.grids[index]
    let grid = try #require(assay_grid_for(id)).pointee
    let (dimensions, bits) = (Int(grid.dimensions), Int(grid.bits))
    func digits(_ code: Int) -> [Int] {
      (0..<dimensions).map { code >> (bits * $0) & (1 << bits - 1) }
    }
    let points = UnsafeBufferPointer(start: grid.codes, count: Int(grid.count)).map { Int($0) }
    #expect(Set(points).count == pointCount)
    let pointDigits = points.map(digits)

    // Every fifth code: all of them take a while to work out this way.
    for code in stride(from: 0, to: 1 << (bits * dimensions), by: 5) {
      let own = digits(code)
      guard own.allSatisfy({ $0 <= Int(grid.highest) }) else { continue }
      let at = Int(grid.map[code])
      if let number = points.firstIndex(of: code) {
        #expect(at == number)
        continue
      }
      let distances = pointDigits.map { point in
        zip(point, own).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      let near = Set(distances).sorted().prefix(shells)
      let wanted = near.flatMap { distance in points.indices.filter { distances[$0] == distance } }
        .map { points[$0] }
      try #require(at < 0)
      let list = grid.neighbours + (-1 - at)
      #expect(Int(list[0]) == wanted.count)
      let padded = (wanted.count + 15) / 16 * 16
      let found = (0..<padded).map { Int(list[1 + $0]) }
      #expect(Array(found.prefix(wanted.count)) == wanted, "code \(code)")
      #expect(found.dropFirst(wanted.count).allSatisfy { $0 == wanted[0] })
    }
  }
}
