import Containers
import Tensors

/// A text that a model continues: the prompt in one call, then token by token with the cache, as
/// transformers' `generate` does, and as the first Qwen's own does: rope keeps the base that the
/// prompt's length gave.
public final class Generation {
  private let pass: ForwardPass
  private let limit: Int
  private var sampling: Sampling
  private var logits: [Float]
  /// What the model has not read yet.
  private var pending: [Int]
  /// The tokens after the prompt.
  public private(set) var continuation: [Int] = []

  /// At most `limit` tokens after `prompt`, which holds at least one.
  public init(
    _ reference: ReferenceModel, prompt: [Int], limit: Int, sampling: Sampling = Sampling(),
    workers: Workers
  ) {
    pass = ForwardPass(
      reference, tokens: prompt.count, context: prompt.count + limit, workers: workers)
    self.limit = limit
    self.sampling = sampling
    pending = prompt
    logits = [Float](repeating: 0, count: reference.model.parameters.vocabularySize)
  }

  /// The next token; nil where the limit is reached.
  /// Throws where a token is not in the vocabulary, or logits are not finite.
  public func next() throws(FormatError) -> Int? {
    guard continuation.count < limit, !pending.isEmpty else { return nil }
    try pass.run(pending)
    let last = pending.count - 1..<pending.count
    var (failure, token): (FormatError?, Int) = (nil, 0)
    logits.withUnsafeMutableBufferPointer { logits in
      do throws(FormatError) {
        try pass.logits(of: last, into: logits)
        try pass.requireFinite(
          UnsafeBufferPointer(logits), of: last, from: pass.position - pending.count)
        token = sampling.choose(UnsafeBufferPointer(logits))
      } catch { failure = error }
    }
    if let failure { throw failure }
    pending = [token]
    continuation.append(token)
    return token
  }
}
