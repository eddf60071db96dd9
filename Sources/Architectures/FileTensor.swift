import Tensors

/// A tensor of a file, as it follows from the logical tensors that a convention puts into it.
public struct FileTensor: Sendable {
  public let name: String
  /// In GGUF that of its name; else that of the first logical tensor.
  public let role: TensorRole
  public let part: TensorSpec.Part
  public let block: Int?
  public let shape: Shape
  public let isTransposed: Bool
  /// Its file has it in two tensors, of MXFP4's blocks and scales.
  public let isMicroscaled: Bool
  /// The logical tensors whose rows it holds.
  public let strips: [Strip]
  /// Rows of each slice of a stack, before any transposition; all rows where it is no stack.
  let sliceRows: Int

  /// Rows before transposition, and elements of each; the rows of a vector are its elements.
  public let rows: Int
  public let columns: Int

  /// Matrices that are stacked.
  public var slices: Int { sliceRows == 0 ? 0 : rows / sliceRows }

  /// The rows of one logical tensor within a file tensor.
  public struct Strip: Sendable {
    public let spec: TensorSpec
    public let block: Int?
    /// The one expert that the file tensor is of; nil where it holds all.
    let expert: Int?
    /// Rows of the logical tensor in each slice.
    public let rows: Int
    let base: Int
    let groups: Int
    let stride: Int
    /// From transformers' order to the file's.
    public let order: Transform
    /// The same for the elements of each row.
    public let columnOrder: Transform

    public var key: Model.Key { Model.Key(spec.role, spec.part, block: block) }

    /// Whether its rows follow each other, in transformers' order.
    public var isContiguous: Bool { groups == 1 && order == .identity }
    /// Whether it is one piece of its slice, of all experts where it has any.
    public var isWhole: Bool { groups == 1 && base == 0 && expert == nil }
    private var groupRows: Int { rows / groups }

    func fileRow(_ row: Int) -> Int {
      let place = order.inverse.source(of: row, rows: rows)
      return base + place / groupRows * stride + place % groupRows
    }

    func logicalRow(_ fileRow: Int) -> Int? {
      guard fileRow >= base else { return nil }
      let (group, within) = (fileRow - base).quotientAndRemainder(dividingBy: stride)
      guard group < groups, within < groupRows else { return nil }
      return order.source(of: group * groupRows + within, rows: rows)
    }
  }

  /// Whose row stands at `row`, and which of its rows that is, counted over all experts.
  public func locate(_ row: Int) -> (strip: Strip, row: Int)? {
    let (slice, within) = row.quotientAndRemainder(dividingBy: sliceRows)
    for strip in strips {
      if let found = strip.logicalRow(within) {
        return (strip, (strip.expert ?? slice) * strip.rows + found)
      }
    }
    return nil
  }

  /// Where the file has `row` of a logical tensor, counted over all experts.
  public func place(_ row: Int, of strip: Strip) -> Int {
    let (slice, within) = row.quotientAndRemainder(dividingBy: strip.rows)
    return (strip.expert == nil ? slice * sliceRows : 0) + strip.fileRow(within)
  }
}
