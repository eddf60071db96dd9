import Tensors

/// The order of a matrix's columns where a file has them in another one than transformers: runs of
/// `size` columns, of which the n-th is run `order[n]` of the file.
///
/// Sums go over the columns in transformers' order, so that both files compute the same bits.
public struct ColumnRuns: Sendable {
  public let size: Int
  public let order: [Int]

  public init(size: Int, order: [Int]) {
    self.size = size
    self.order = order
  }

  func cover(_ columns: Int) -> Bool {
    size > 0 && columns / size == order.count && columns % size == 0
      && order.allSatisfy(order.indices.contains)
  }
}

extension Weights {
  /// Decodes some columns of an output's row, in the order of `runs`.
  func decode(
    row output: Int, columns: Range<Int>, in runs: ColumnRuns,
    into values: UnsafeMutablePointer<Float>
  ) {
    let block = decoder.dtype.facts.blockElements
    withUnsafeTemporaryAllocation(of: Float.self, capacity: runs.size + 2 * block) { scratch in
      guard let whole = scratch.baseAddress else { return }
      var column = columns.lowerBound
      while column < columns.upperBound {
        let (run, within) = column.quotientAndRemainder(dividingBy: runs.size)
        let count = min(columns.upperBound - column, runs.size - within)
        let first = runs.order[run] * runs.size + within
        // Whole blocks around it.
        let start = first / block * block
        let end = (first + count + block - 1) / block * block
        guard let bytes = self.start(of: output, column: start) else { return }
        decoder.decode(bytes, whole, end - start)
        (values + column - columns.lowerBound).update(from: whole + first - start, count: count)
        column += count
      }
    }
  }
}
