import Containers
import Foundation
import Reference
import Synchronization
import Tensors

/// exp of the mean surprise, with its standard error (by the delta method).
public struct PerplexityEstimate: Sendable, Equatable {
  public let value: Double
  public let standardError: Double
  public let tokens: Int
  /// Where it lies with a probability of 95 %: as far on both sides in the logarithm, which is what
  /// was averaged, so never below 0.
  public let interval: ClosedRange<Double>

  public init(surprises: [Double]) {
    let mean = Mean(surprises)
    let margin = 1.96 * mean.standardError
    value = exp(mean.value)
    standardError = value * mean.standardError
    tokens = surprises.count
    interval =
      margin.isFinite && mean.value.isFinite
      ? exp(mean.value - margin)...exp(mean.value + margin) : 0 ... .infinity
  }
}

/// Runs one model over a text.
public struct PerplexityRun {
  public let reference: ReferenceModel
  public let scoring: ScoringProtocol
  public var chunks: Int?
  public var onWindow: (_ done: Int, _ of: Int, _ soFar: PerplexityEstimate) -> Void = { _, _, _ in
  }

  public init(_ reference: ReferenceModel, _ scoring: ScoringProtocol) {
    self.reference = reference
    self.scoring = scoring
  }

  public func run(_ tokens: [Int], workers: Workers) throws(FormatError) -> PerplexityEstimate {
    let windows = try scoring.windows(scoring: tokens.count, limit: chunks)
    let tokens = scoring.opened(tokens, windows)
    let context = windows.map(\.tokens.count).max() ?? 0
    let pass = scoring.pass(reference, context: context, workers: workers)
    let logits = LogitRows(reference.model.parameters.vocabularySize)
    var surprises: [Double] = []
    for (index, window) in windows.enumerated() {
      pass.reset()
      try pass.run(tokens[window.tokens])
      for rows in logits.slices(of: window.predicting) {
        try logits.compute(pass, rows)
        try pass.requireFinite(logits.values(rows), of: rows, from: window.tokens.lowerBound)
        surprises += logits.map(rows, workers) { row, distribution in
          distribution.surprise(tokens[window.tokens.lowerBound + row + 1])
        }
      }
      onWindow(index + 1, windows.count, PerplexityEstimate(surprises: surprises))
    }
    return PerplexityEstimate(surprises: surprises)
  }
}

/// Room for the logits of a few positions at a time: a vocabulary of 152,000 times a window of
/// thousands would not fit.
final class LogitRows: @unchecked Sendable {
  private static let budget = 1 << 24
  private let vocabulary: Int
  private let most: Int
  private let buffer: UnsafeMutableBufferPointer<Float>
  private var first = 0

  init(_ vocabulary: Int) {
    self.vocabulary = vocabulary
    most = max(1, min(128, LogitRows.budget / max(1, vocabulary)))
    buffer = .allocate(capacity: most * vocabulary)
    buffer.initialize(repeating: 0)
  }

  deinit { buffer.deallocate() }

  func slices(of rows: Range<Int>) -> [Range<Int>] {
    stride(from: rows.lowerBound, to: rows.upperBound, by: most).map {
      $0..<min($0 + most, rows.upperBound)
    }
  }

  func compute(_ pass: ForwardPass, _ rows: Range<Int>) throws(FormatError) {
    first = rows.lowerBound
    try pass.logits(
      of: rows, into: UnsafeMutableBufferPointer(rebasing: buffer[..<(rows.count * vocabulary)]))
  }

  func values(_ rows: Range<Int>) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(rebasing: buffer[..<(rows.count * vocabulary)])
  }

  subscript(row: Int) -> UnsafeBufferPointer<Float> {
    let start = (row - first) * vocabulary
    return UnsafeBufferPointer(rebasing: buffer[start..<start + vocabulary])
  }

  /// A number for each row, computed in parallel, in order.
  func map(
    _ rows: Range<Int>, _ workers: Workers, _ body: @Sendable (Int, Distribution) -> Double
  ) -> [Double] {
    let results = Mutex([Double](repeating: 0, count: rows.count))
    workers.run(count: rows.count) { item, _ in
      let row = rows.lowerBound + item
      let value = body(row, Distribution(self[row]))
      results.withLock { $0[item] = value }
    }
    return results.withLock { $0 }
  }
}
