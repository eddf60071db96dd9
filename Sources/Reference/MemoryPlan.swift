import Architectures

/// The memory that a forward pass takes beside the mapped weights, known before it is allocated.
public struct MemoryPlan: Sendable, Equatable {
  /// Tokens that are computed at once, and positions that the cache holds.
  public let tokens: Int
  public let context: Int
  /// Keys and values of all positions.
  public let cacheBytes: Int
  /// What recurrent layers remember, however long the sequence is.
  public let stateBytes: Int
  public let activationBytes: Int

  public init(
    _ architecture: Architecture, _ parameters: HyperParameters, tokens: Int, context: Int,
    keeps scope: CacheScope = .sequence
  ) {
    self.tokens = tokens
    self.context = context
    let layout = KVCache.layout(parameters, context: context)
    let blocks = KVCache.blocks(parameters)
    cacheBytes =
      scope.kept(blocks.attending) * (layout.keyCount + layout.valueCount) * floatBytes
    stateBytes = scope.kept(blocks.recurrent) * MemoryPlan.stateOfBlock(parameters)
    let depth = MemoryPlan.depth(architecture.ops)
    let rows = parameters.embeddingLength * (1 + 2 * depth)
    activationBytes = tokens * (rows + MemoryPlan.work(architecture, parameters)) * floatBytes
  }

  public var bytes: Int { cacheBytes + stateBytes + activationBytes }

  /// What recurrent layers remember of a sequence, in F32; 0 where there are none.
  public static func stateBytes(_ parameters: HyperParameters) -> Int {
    KVCache.blocks(parameters).recurrent * stateOfBlock(parameters)
  }

  private static func stateOfBlock(_ parameters: HyperParameters) -> Int {
    (DeltaLayout(parameters)?.stateCount ?? 0) * floatBytes
  }

  /// Floats of intermediate results that one token needs inside the widest step.
  static func work(_ architecture: Architecture, _ parameters: HyperParameters) -> Int {
    work(architecture.ops, parameters)
  }

  private static func work(_ ops: [Op], _ parameters: HyperParameters) -> Int {
    ops.map { work($0, parameters) }.max() ?? 0
  }

  private static func work(_ op: Op, _ parameters: HyperParameters) -> Int {
    switch op {
    case .residual(let steps): work(steps, parameters)
    case .parallel(let branches): branches.map { work($0, parameters) }.max() ?? 0
    case .layers(_, let steps, let others): work(steps + others, parameters)
    case .rmsNorm, .layerNorm, .logits, .learnedPositions, .scale, .divide, .softCap: 0
    case .attention:
      (parameters.headCount + parameters.headCountKV)
        * (parameters.keyLength + parameters.valueLength)
    case .gatedDeltaNet: DeltaLayout(parameters)?.floats ?? 0
    case .latentAttention: LatentLayout(parameters).floats
    case .gatedFeedForward(let network): 2 * network.width.resolved(parameters)
    case .plainFeedForward: parameters.feedForwardLength
    case .mixtureOfExperts(let mixture): MixtureLayout(mixture, parameters).floats
    }
  }

  /// How deep branches nest; each level keeps two rows of the stream.
  static func depth(_ ops: [Op]) -> Int {
    ops.map { op in
      switch op {
      case .residual(let steps): 1 + depth(steps)
      case .parallel(let branches): 1 + (branches.map(depth).max() ?? 0)
      case .layers(_, let steps, let others): depth(steps + others)
      case .rmsNorm, .layerNorm, .attention, .latentAttention, .gatedDeltaNet, .gatedFeedForward,
        .plainFeedForward, .mixtureOfExperts, .learnedPositions, .scale, .divide, .softCap, .logits:
        1
      }
    }.max() ?? 0
  }
}

/// The intermediate results of a mixture of experts, in floats for one token.
struct MixtureLayout {
  /// Scores, which become weights; the tokens of one expert; its two wide rows; its result.
  let scores: Int
  let gathered: Int
  let width: Int
  let result: Int

  init(_ mixture: Op.Mixture, _ parameters: HyperParameters) {
    scores = parameters.expertCount
    gathered = parameters.embeddingLength
    width = max(
      parameters.expertFeedForwardLength, mixture.shared?.width.resolved(parameters) ?? 0)
    result = parameters.embeddingLength
  }

  var floats: Int { scores + gathered + 2 * width + result }
}

let floatBytes = MemoryLayout<Float>.stride
