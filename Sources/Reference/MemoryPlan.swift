import Architectures

/// The memory that a forward pass takes beside the mapped weights, known before it is allocated.
public struct MemoryPlan: Sendable, Equatable {
  /// Tokens that are computed at once, and positions that the cache holds.
  public let tokens: Int
  public let context: Int
  public let cacheBytes: Int
  public let activationBytes: Int

  public init(
    _ architecture: Architecture, _ parameters: HyperParameters, tokens: Int, context: Int
  ) {
    self.tokens = tokens
    self.context = context
    let layout = KVCache.layout(parameters, context: context)
    cacheBytes = parameters.blockCount * (layout.keyCount + layout.valueCount) * floatBytes
    let depth = MemoryPlan.depth(architecture.block + architecture.head)
    let rows = parameters.embeddingLength * (1 + 2 * depth)
    activationBytes = tokens * (rows + MemoryPlan.work(architecture, parameters)) * floatBytes
  }

  public var bytes: Int { cacheBytes + activationBytes }

  /// Floats of intermediate results that one token needs inside the widest step.
  static func work(_ architecture: Architecture, _ parameters: HyperParameters) -> Int {
    (architecture.block + architecture.head).map { work($0, parameters) }.max() ?? 0
  }

  private static func work(_ op: Op, _ parameters: HyperParameters) -> Int {
    switch op {
    case .residual(let steps): steps.map { work($0, parameters) }.max() ?? 0
    case .rmsNorm, .logits: 0
    case .attention:
      2 * (parameters.headCount + parameters.headCountKV) * parameters.keyLength
    case .gatedFeedForward: 2 * parameters.feedForwardLength
    }
  }

  /// How deep residual branches nest; each level keeps two rows of the stream.
  static func depth(_ ops: [Op]) -> Int {
    ops.map { op in
      if case .residual(let steps) = op { 1 + depth(steps) } else { 1 }
    }.max() ?? 0
  }
}

let floatBytes = MemoryLayout<Float>.stride
