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
  /// Runs of `size` columns: the n-th is run `order[n]` of the file. Nil is the file's own order.
  public let columnRuns: (size: Int, order: [Int])?

  /// How many numbers one token's result has.
  public var outputs: Int { rowOrder?.count ?? rows }

  /// Nil where the bytes are not exactly `rows` rows of whole blocks, or the order names a row that
  /// is not there.
  public init?(
    _ decoder: RowDecoder, bytes: UnsafeRawBufferPointer, rows: Int, columns: Int,
    rowOrder: [Int]? = nil, columnRuns: (size: Int, order: [Int])? = nil
  ) {
    guard rows >= 0, columns >= 0, let rowBytes = decoder.dtype.byteCount(elements: columns) else {
      return nil
    }
    let (total, overflow) = rowBytes.multipliedReportingOverflow(by: rows)
    guard !overflow, total == bytes.count else { return nil }
    guard rowOrder?.allSatisfy({ $0 >= 0 && $0 < rows }) ?? true else { return nil }
    if let columnRuns {
      let runs = columnRuns.order.count
      guard columnRuns.size > 0, columnRuns.size * runs == columns,
        columnRuns.order.allSatisfy({ $0 >= 0 && $0 < runs })
      else { return nil }
    }
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

  /// Decodes `count` elements of an output's row from `column` on, in the order of `columnRuns`.
  func decode(
    row output: Int, column: Int, count: Int, runs: (size: Int, order: [Int]),
    into values: UnsafeMutablePointer<Float>
  ) {
    let block = decoder.dtype.facts.blockElements
    withUnsafeTemporaryAllocation(of: Float.self, capacity: runs.size + 2 * block) { scratch in
      guard let temporary = scratch.baseAddress else { return }
      var done = 0
      while done < count {
        let (run, within) = (column + done).quotientAndRemainder(dividingBy: runs.size)
        let length = min(count - done, runs.size - within)
        let first = runs.order[run] * runs.size + within
        // Whole blocks around it.
        let start = first / block * block
        let end = (first + length + block - 1) / block * block
        guard let bytes = self.start(of: output, column: start) else { return }
        decoder.decode(bytes, temporary, end - start)
        (values + done).update(from: temporary + (first - start), count: length)
        done += length
      }
    }
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
