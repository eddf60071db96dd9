import Containers
import Tokenizers

/// The loop that makes a text: choose a token, show it, add it.
public struct Generation {
  public enum End: String, Sendable {
    /// The model said that it is done.
    case endToken = "end_token"
    case stopString = "stop_string"
    case tokenLimit = "token_limit"
    /// The context is full.
    case context
    /// The caller had enough.
    case cancelled
  }

  public struct Result: Sendable {
    public let ids: [Int]
    public let text: String
    public let end: End
  }

  /// Tokens after which a model is done; they are no part of the text.
  public var endTokens: Set<Int> = []
  public var stops: [String] = []
  public var limit: Int?
  /// Called with new text; false ends it.
  public var onText: (String) -> Bool = { _ in true }

  public init() {}

  /// Continues `sequence`. Without a tokenizer there is no text, and no stop string is found.
  public func run(_ sequence: TokenSequence, _ sampler: inout Sampler, tokenizer: Tokenizer?)
    throws(FormatError) -> Result
  {
    var stream = tokenizer.map { TextStream($0, after: sequence.tokens, stops: stops) }
    var ids: [Int] = []
    var end: End?
    while end == nil {
      if let limit, ids.count >= limit {
        end = .tokenLimit
        break
      }
      let token = sampler.pick(sequence.logits, after: sequence.tokens)
      if endTokens.contains(token) {
        end = .endToken
        break
      }
      ids.append(token)
      let text = stream?.append(token) ?? ""
      if !text.isEmpty, !onText(text) { end = .cancelled }
      if stream?.isStopped ?? false { end = .stopString }
      if sequence.room == 0 { end = end ?? .context }
      if end == nil { try sequence.extend(by: token) }
    }
    if let rest = stream?.finish(), !rest.isEmpty { _ = onText(rest) }
    return Result(
      ids: ids, text: String(decoding: stream?.text ?? [], as: UTF8.self),
      end: end ?? .tokenLimit)
  }
}
