import Architectures
import Containers
import Reference
import Synchronization
import Tensors

/// Runs two models on the same tokens, block by block, and compares them at every step.
///
/// They share nothing but the tokens. No logits are kept: a slice of positions is compared while
/// both are in memory, so the comparison is exact and needs no file.
public struct Lockstep {
  public let reference: ReferenceModel
  public let candidate: ReferenceModel
  public let scoring: ScoringProtocol
  public var chunks: Int?
  public var budget = MemoryBudget.unlimited
  public var onProgress: (Progress, _ soFar: LogitComparison) -> Void = { _, _ in }

  /// Throws where the two cannot be compared: another vocabulary, depth or width.
  public init(_ reference: ReferenceModel, _ candidate: ReferenceModel, _ scoring: ScoringProtocol)
    throws(FormatError)
  {
    self.reference = reference
    self.candidate = candidate
    self.scoring = scoring
    let (a, b) = (reference.model, candidate.model)
    let pairs: [(String, Int, Int)] = [
      ("vocabulary size", a.parameters.vocabularySize, b.parameters.vocabularySize),
      ("block count", a.parameters.blockCount, b.parameters.blockCount),
      ("embedding length", a.parameters.embeddingLength, b.parameters.embeddingLength),
    ]
    for (subject, expected, found) in pairs where expected != found {
      throw FormatError(
        .damaged, "the two models are not of one shape", file: b.checkpoint.path, subject: subject,
        expected: "\(expected), as in \(a.checkpoint.path)", found: "\(found)",
        remedy: "Compare two versions of one model.")
    }
  }

  /// What the run over a text of `count` tokens takes.
  public func plan(_ count: Int) throws(FormatError) -> RunPlan {
    let windows = try scoring.windows(scoring: count, limit: chunks)
    return try RunPlan(
      [
        (reference, scoring.memory(reference, windows)),
        (candidate, scoring.memory(candidate, windows)),
      ],
      sequences: windows.count,
      logitBytes: 2 * LogitRows.byteCount(reference.model.parameters.vocabularySize),
      budget: budget)
  }

  public func run(_ tokens: [Int], workers: Workers) throws(FormatError) -> VerificationReport {
    let windows = try scoring.windows(scoring: tokens.count, limit: chunks)
    let plan = try plan(tokens.count)
    let tokens = scoring.opened(tokens, windows)
    let left = scoring.group(reference, plan, windows, workers: workers)
    let right = scoring.group(candidate, plan, windows, workers: workers)
    let vocabulary = reference.model.parameters.vocabularySize
    let rows = (reference: LogitRows(vocabulary), candidate: LogitRows(vocabulary))
    var comparison = LogitComparison()
    var drift = Drift(blocks: reference.model.parameters.blockCount)
    var progress = Progress(windows, blocks: reference.model.parameters.blockCount)

    for group in windows.grouped(by: plan.sequences) {
      func compare(_ stage: Divergence.Stage) {
        for (index, window) in group.enumerated() {
          drift.compare(left[index], right[index], stage: stage, window: window)
        }
      }
      try left.begin(group.map { tokens[$0.tokens] })
      try right.begin(group.map { tokens[$0.tokens] })
      compare(.embedding)
      for block in 0..<reference.model.parameters.blockCount {
        try left.run(block: block)
        try right.run(block: block)
        compare(.block(block))
        progress.advance(group.count)
        onProgress(progress, comparison)
      }
      left.end()
      right.end()
      for (index, window) in group.enumerated() {
        for slice in rows.reference.slices(of: window.scored) {
          try rows.reference.compute(left[index], slice)
          try rows.candidate.compute(right[index], slice)
          self.compare(slice, window, rows, tokens, workers, into: &comparison)
        }
        progress.advance()
        onProgress(progress, comparison)
      }
      left.finish()
      right.finish()
    }
    return VerificationReport(
      reference: reference.model, candidate: candidate.model, scoring: scoring,
      windows: windows.count, tokens: windows.reduce(0) { $0 + $1.tokens.count },
      logits: comparison, layers: drift.layers, firstDivergence: drift.first,
      tensors: try TensorError.all(
        reference.model, candidate.model, keepsPages: !plan.isStreaming, workers: workers),
      plan: plan)
  }

  private func compare(
    _ slice: Range<Int>, _ window: ScoringProtocol.Window,
    _ rows: (reference: LogitRows, candidate: LogitRows), _ tokens: [Int], _ workers: Workers,
    into comparison: inout LogitComparison
  ) {
    let results = Mutex([LogitComparison.Position](repeating: .init(), count: slice.count))
    workers.run(count: slice.count) { item, _ in
      let row = slice.lowerBound + item
      let left = Distribution(rows.reference[row]), right = Distribution(rows.candidate[row])
      var position = LogitComparison.Position()
      position.distance.add(left.logits, right.logits)
      position.divergence = left.divergence(from: right)
      position.agrees = left.top == right.top
      if window.predicting.contains(row) {
        let next = tokens[window.tokens.lowerBound + row + 1]
        position.surprises = (left.surprise(next), right.surprise(next))
      }
      results.withLock { [position] in $0[item] = position }
    }
    // In order, so that which positions are kept does not depend on the threads.
    for (item, position) in results.withLock({ $0 }).enumerated() {
      comparison.add(position)
      guard comparison.worst.admits(position.divergence) else { continue }
      let row = slice.lowerBound + item
      comparison.worst.insert(
        WorstPosition(
          row: row, of: window, in: tokens, divergence: position.divergence,
          reference: Distribution(rows.reference[row]), candidate: Distribution(rows.candidate[row])
        ))
    }
  }
}
