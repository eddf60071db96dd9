import Containers
import Reference
import Tensors

/// How a text is cut into windows, which positions count, and how activations are treated.
public struct ScoringProtocol: Sendable, Equatable {
  public enum Name: String, Sendable, CaseIterable {
    /// Every position of every window.
    case assay
    /// llama-perplexity's: whole windows only, the second half of each scored, so that every
    /// scored position has at least half a window of context; activations are rounded as its CPU
    /// backend rounds them.
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
  public let activations: Activations
  /// Stands in place of the first token of every window, where the model's texts begin with one.
  public let bos: Int?

  /// `activations` are the protocol's own where nil.
  public init(_ name: Name, context: Int, activations: Activations? = nil, bos: Int? = nil) {
    self.name = name
    self.context = max(2, context)
    self.activations = activations ?? (name == .llamaCpp ? .ggml : .float32)
    self.bos = bos
  }

  /// What each of the sequences takes. A window is one call, so that nothing is kept for later.
  func memory(_ model: ReferenceModel, _ windows: [Window]) -> MemoryPlan {
    let most = windows.map(\.tokens.count).max() ?? 0
    return MemoryPlan(
      model.model.architecture, model.model.parameters, tokens: most, context: most, keeps: .block)
  }

  func group(_ model: ReferenceModel, _ plan: RunPlan, _ windows: [Window], workers: Workers)
    -> PassGroup
  {
    let most = windows.map(\.tokens.count).max() ?? 0
    return PassGroup(model, plan) {
      ForwardPass(
        model, tokens: most, context: most, keeps: .block, workers: workers,
        activations: activations)
    }
  }

  /// The text as the models get it.
  func opened(_ tokens: [Int], _ windows: [Window]) -> [Int] {
    guard let bos else { return tokens }
    var tokens = tokens
    for window in windows { tokens[window.tokens.lowerBound] = bos }
    return tokens
  }

  /// The windows to run. Throws where none of them predicts anything.
  func windows(scoring count: Int, limit: Int?) throws(FormatError) -> [Window] {
    let windows = windows(of: count, limit: limit)
    guard windows.contains(where: { !$0.predicting.isEmpty }) else {
      throw FormatError(
        .damaged, "the text is too short to score",
        expected: name == .llamaCpp
          ? "at least one window of \(context) tokens" : "at least 2 tokens",
        found: "\(count)", remedy: "Give a longer text, or a smaller --context.")
    }
    return windows
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

extension [ScoringProtocol.Window] {
  func grouped(by size: Int) -> [ArraySlice<ScoringProtocol.Window>] {
    stride(from: 0, to: count, by: Swift.max(1, size)).map {
      self[$0..<Swift.min($0 + size, count)]
    }
  }
}
