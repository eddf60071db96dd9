/// How a text is cut into windows and which positions count.
public struct ScoringProtocol: Sendable, Equatable {
  public enum Name: String, Sendable, CaseIterable {
    /// Every position of every window.
    case assay
    /// llama-perplexity's: whole windows only, the second half of each scored, so that every
    /// scored position has at least half a window of context.
    case llamaCpp = "llama.cpp"
  }

  /// A piece of the text that is run as one sequence.
  public struct Window: Sendable, Equatable {
    public let tokens: Range<Int>
    /// Positions within the window whose logits are compared.
    public let scored: Range<Int>
    /// Scored positions whose next token is in the window.
    public let predicting: Range<Int>
  }

  public let name: Name
  public let context: Int

  public init(_ name: Name, context: Int) {
    self.name = name
    self.context = max(2, context)
  }

  /// At most `limit` windows of a text of `count` tokens.
  public func windows(of count: Int, limit: Int? = nil) -> [Window] {
    var windows: [Window] = []
    var start = 0
    while start < count, windows.count < limit ?? .max {
      let end = min(start + context, count)
      let length = end - start
      switch name {
      case .assay:
        windows.append(
          Window(tokens: start..<end, scored: 0..<length, predicting: 0..<length - 1))
      case .llamaCpp:
        guard length == context else { return windows }
        let scored = context / 2..<context - 1
        windows.append(Window(tokens: start..<end, scored: scored, predicting: scored))
      }
      start = end
    }
    return windows
  }
}
