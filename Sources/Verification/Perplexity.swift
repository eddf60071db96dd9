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
  public var budget = MemoryBudget.unlimited
  public var onProgress: (Progress, _ soFar: PerplexityEstimate) -> Void = { _, _ in }

  public init(_ reference: ReferenceModel, _ scoring: ScoringProtocol) {
    self.reference = reference
    self.scoring = scoring
  }

  /// What the run over a text of `count` tokens takes.
  public func plan(_ count: Int) throws(FormatError) -> RunPlan {
    let windows = try scoring.windows(scoring: count, limit: chunks)
    return try RunPlan(
      [(reference, scoring.memory(reference, windows))], sequences: windows.count,
      logitBytes: LogitRows.byteCount(reference.model.parameters.vocabularySize), budget: budget)
  }

  public func run(_ tokens: [Int], workers: Workers) throws(FormatError) -> PerplexityEstimate {
    let windows = try scoring.windows(scoring: tokens.count, limit: chunks)
    let plan = try plan(tokens.count)
    let tokens = scoring.opened(tokens, windows)
    let passes = scoring.group(reference, plan, windows, workers: workers)
    let logits = LogitRows(reference.model.parameters.vocabularySize)
    var surprises: [Double] = []
    var progress = Progress(windows, blocks: reference.model.parameters.blockCount)
    for group in windows.grouped(by: plan.sequences) {
      try passes.begin(group.map { tokens[$0.tokens] })
      for block in 0..<reference.model.parameters.blockCount {
        try passes.run(block: block)
        progress.advance(group.count)
        onProgress(progress, PerplexityEstimate(surprises: surprises))
      }
      passes.end()
      for (index, window) in group.enumerated() {
        for rows in logits.slices(of: window.predicting) {
          try logits.compute(passes[index], rows)
          try passes[index].requireFinite(
            logits.values(rows), of: rows, from: window.tokens.lowerBound)
          surprises += logits.map(rows, workers) { row, distribution in
            distribution.surprise(tokens[window.tokens.lowerBound + row + 1])
          }
        }
        progress.advance()
        onProgress(progress, PerplexityEstimate(surprises: surprises))
      }
      passes.finish()
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
    most = LogitRows.most(vocabulary)
    buffer = .allocate(capacity: most * vocabulary)
    buffer.initialize(repeating: 0)
  }

  deinit { buffer.deallocate() }

  private static func most(_ vocabulary: Int) -> Int {
    max(1, min(128, budget / max(1, vocabulary)))
  }

  static func byteCount(_ vocabulary: Int) -> Int {
    most(vocabulary) * vocabulary * MemoryLayout<Float>.stride
  }

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
