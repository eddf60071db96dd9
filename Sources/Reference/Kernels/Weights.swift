import CKernels
import Tensors

/// A matrix as it stands in a file: rows of any element type.
///
/// The bytes are the caller's and must outlive every use.
public struct Weights: @unchecked Sendable {
  public let decoder: RowDecoder
  public let bytes: UnsafeRawBufferPointer
  public let rows: Int
  public let columns: Int
  public let rowBytes: Int
  /// Output n is row `rowOrder[n]`; nil is the identity. May repeat rows or leave some out.
  public let rowOrder: [Int]?
  /// Nil where columns are summed in the file's order.
  public let columnRuns: ColumnRuns?

  /// How many numbers one token's result has.
  public var outputs: Int { rowOrder?.count ?? rows }

  /// Nil where the bytes are not exactly `rows` rows of whole blocks, or the order names a row or
  /// a run of columns that is not there.
  public init?(
    _ decoder: RowDecoder, bytes: UnsafeRawBufferPointer, rows: Int, columns: Int,
    rowOrder: [Int]? = nil, columnRuns: ColumnRuns? = nil
  ) {
    guard rows >= 0, columns >= 0, let rowBytes = decoder.dtype.byteCount(elements: columns) else {
      return nil
    }
    let (total, overflow) = rowBytes.multipliedReportingOverflow(by: rows)
    guard !overflow, total == bytes.count else { return nil }
    guard rowOrder?.allSatisfy({ $0 >= 0 && $0 < rows }) ?? true else { return nil }
    guard columnRuns?.cover(columns) ?? true else { return nil }
    self.columnRuns = columnRuns
    self.decoder = decoder
    self.bytes = bytes
    self.rows = rows
    self.columns = columns
    self.rowBytes = rowBytes
    self.rowOrder = rowOrder
  }

  /// Decodes one output's row: an embedding look-up, say.
  public func decode(row output: Int, into values: UnsafeMutablePointer<Float>) {
    guard let start = start(of: output, column: 0), columns > 0 else { return }
    decoder.decode(start, values, columns)
  }

  /// Where the row of `output` has its element `column`, which begins a block.
  func start(of output: Int, column: Int) -> UnsafeRawPointer? {
    let row = rowOrder.map { $0[output] } ?? output
    let facts = decoder.dtype.facts
    return bytes.baseAddress.map {
      $0 + row * rowBytes + column / facts.blockElements * facts.blockBytes
    }
  }
}
