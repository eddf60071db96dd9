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
    /// Elements of a unit: a row where rows are moved or their columns weighted, a whole matrix
    /// where it is transposed, else the smallest whole number of blocks.
    let unitElements: Int
    let units: Int

    init(_ step: ConversionPlan.Step) {
      let shape = step.info.shape
      switch step.source {
      case .rows(let rows) where rows.isTransposed:
        units = rows.target.slices
        unitElements = units == 0 ? 1 : step.info.elementCount / units
      case .rows(let rows):
        units = rows.target.rows
        unitElements = rows.target.columns
      case .microscaled(let rows, let part):
        units = rows.target.rows
        unitElements = part.bytes(columns: rows.target.columns)
      case .tensor(let info) where step.importance == nil:
        // Block sizes are powers of two: the larger is a multiple of the smaller.
        unitElements = max(info.dtype.facts.blockElements, step.info.dtype.facts.blockElements)
        units = step.info.elementCount / unitElements
      case .tensor, .values, .bytes:
        let rows = shape.dimensions.count == 1 ? shape.rowLength : shape.rowCount
        unitElements = rows == 0 ? 1 : step.info.elementCount / rows
        units = rows
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
