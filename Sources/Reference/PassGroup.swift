import Containers
import Foundation

/// Sequences that go through a model block by block, together.
///
/// A block's weights are needed once for all of them: where they are streamed, the file is read
/// once for a group and not once for a sequence.
public final class PassGroup {
  public let reference: ReferenceModel
  private let streams: Bool
  private let passes: [ForwardPass]
  private var active: ArraySlice<ForwardPass> = []

  /// `plan` says how many sequences a group has at most.
  public init(_ reference: ReferenceModel, _ plan: RunPlan, pass: () -> ForwardPass) {
    self.reference = reference
    streams = plan.isStreaming
    passes = (0..<plan.sequences).map { _ in pass() }
  }

  public subscript(sequence: Int) -> ForwardPass { passes[sequence] }

  /// Embeds the tokens of at most `plan.sequences` sequences.
  public func begin(_ sequences: [ArraySlice<Int>]) throws(FormatError) {
    active = passes.prefix(sequences.count)
    fetch(.block(0))
    for (pass, tokens) in zip(active, sequences) {
      pass.reset()
      try pass.begin(tokens)
    }
    release(.embedding)
  }

  public func run(block: Int) throws(FormatError) {
    fetch(block + 1 < reference.pages.blockCount ? .block(block + 1) : .head)
    for pass in active { try pass.run(block: block) }
    release(.block(block))
  }

  /// After the last block; logits can be computed until `finish`.
  public func end() { for pass in active { pass.end() } }

  public func finish() { release(.head) }

  /// The disk works beside the computation; the call may wait for it, so it has a thread of its own.
  private func fetch(_ part: WeightPages.Part) {
    guard streams else { return }
    let pages = reference.pages
    DispatchQueue.global(qos: .utility).async { pages.advise(.soon, part) }
  }

  private func release(_ part: WeightPages.Part) {
    if streams { reference.pages.advise(.done, part) }
  }
}
