import Architectures
import Tensors

/// A piece of one step that a worker does by itself: rows in, rows out, at known places.
struct Chunk: Sendable {
  /// Floats that a worker holds at once: 1 MB, so that a chunk stays in a core's cache from
  /// decoding to encoding.
  static let elementTarget = 1 << 18

  let step: Int
  let units: Range<Int>

  /// How a step's elements divide into units that can be moved and encoded independently.
  struct Geometry {
    /// Elements of a unit: a row where rows are reordered or their columns weighted, else the
    /// smallest whole number of blocks.
    let unitElements: Int
    let units: Int
    let order: [Int]?

    init(_ step: ConversionPlan.Step) {
      let shape = step.info.shape
      if step.transform == .identity, step.importance == nil {
        var source = 1
        if case .tensor(let info) = step.source { source = info.dtype.facts.blockElements }
        let target = step.info.dtype.facts.blockElements
        // Block sizes are powers of two: the larger is a multiple of the smaller.
        unitElements = max(source, target)
        units = step.info.elementCount / unitElements
        order = nil
      } else {
        // The rows of a bias are its elements.
        let rows = shape.dimensions.count == 1 ? shape.rowLength : shape.rowCount
        unitElements = rows == 0 ? 1 : step.info.elementCount / rows
        units = rows
        order = step.transform.rowOrder(rows: rows)
      }
    }
  }

  /// All chunks of a plan's steps, in file order. Depends on the plan alone, so that a resumed run agrees.
  static func all(of geometries: [Geometry]) -> [Chunk] {
    geometries.enumerated().flatMap { index, geometry -> [Chunk] in
      let size = max(1, elementTarget / max(1, geometry.unitElements))
      return stride(from: 0, to: geometry.units, by: size).map {
        Chunk(step: index, units: $0..<min($0 + size, geometry.units))
      }
    }
  }
}
