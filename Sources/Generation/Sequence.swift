import Architectures
import Containers
import Reference
import Tensors

/// A sequence of tokens that grows at its end, over one cache of keys and values.
public final class TokenSequence {
  public let reference: ReferenceModel
  /// How many tokens there is room for.
  public let context: Int
  public private(set) var tokens: [Int] = []
  /// What follows the last token, by the model: one number for each token of the vocabulary.
  public private(set) var logits: [Float] = []
  private let pass: ForwardPass
  private var scaling: RopeScaling { reference.model.parameters.ropeScaling }

  /// Prompts are computed in pieces of at most `piece` tokens.
  public init(_ reference: ReferenceModel, context: Int, piece: Int = 256, workers: Workers) {
    self.reference = reference
    self.context = context
    pass = ForwardPass(
      reference, tokens: max(1, min(piece, context)), context: context, workers: workers)
  }

  public var plan: MemoryPlan { pass.plan }
  public var room: Int { context - tokens.count }

  /// Keeps the first `count` tokens.
  public func keep(_ count: Int) throws(FormatError) {
    guard count < tokens.count else { return }
    let kept = tokens.prefix(max(0, count))
    if pass.rewind(to: count) {
      tokens = Array(kept)
    } else {
      pass.reset()
      tokens = []
      try append(Array(kept))
    }
  }

  /// Adds a prompt, or the part of one that follows what is there. Throws where there is no room.
  ///
  /// Where rope depends on the length, the whole sequence is computed as one forward pass over it,
  /// as the originals do with every new prompt.
  public func append(_ prompt: [Int], onProgress: (Int) -> Void = { _ in }) throws(FormatError) {
    guard !prompt.isEmpty else { return }
    var prompt = prompt
    if scaling.dependsOnLength {
      prompt = tokens + prompt
      tokens = []
      pass.reset()
      pass.length = prompt.count
    }
    let start = tokens.count
    while tokens.count - start < prompt.count {
      let piece = prompt[(tokens.count - start)...].prefix(pass.plan.tokens)
      try run(piece, needsLogits: tokens.count - start + piece.count == prompt.count)
      onProgress(tokens.count - start)
    }
    // Decoding goes on with the prompt's frequencies in Qwen, with those of its length elsewhere.
    if !scaling.staysAsBegun { pass.length = nil }
  }

  /// Adds a token that was chosen from `logits`.
  public func extend(by token: Int) throws(FormatError) { try run([token], needsLogits: true) }

  private func run(_ piece: ArraySlice<Int>, needsLogits: Bool) throws(FormatError) {
    try pass.run(piece)
    tokens += piece
    guard needsLogits else { return }
    let vocabulary = reference.model.parameters.vocabularySize
    var row = [Float](repeating: 0, count: vocabulary)
    let outcome: Result<Void, FormatError> = row.withUnsafeMutableBufferPointer { buffer in
      do throws(FormatError) {
        let last = piece.count - 1
        try pass.logits(of: last..<last + 1, into: buffer)
        try pass.requireFinite(
          UnsafeBufferPointer(buffer), of: last..<last + 1, from: tokens.count - piece.count)
        return .success(())
      } catch { return .failure(error) }
    }
    try outcome.get()
    logits = row
  }
}
