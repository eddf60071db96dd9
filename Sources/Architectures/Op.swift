/// A step of the forward pass. New mathematics adds a case; every switch over `Op` is exhaustive,
/// so the compiler lists the places to extend.
public indirect enum Op: Sendable {
  /// x + steps(x).
  case residual([Op])
  /// The sum of what each branch makes of x.
  case parallel([[Op]])
  /// In some layers these steps, in the others those.
  case layers(Layers, [Op], otherwise: [Op])
  /// x / √(mean(x²) + ε) · weight.
  case rmsNorm(TensorRole)
  /// (x - mean(x)) / √(var(x) + ε) · weight, plus the bias where there is one.
  case layerNorm(TensorRole)
  /// Causal self-attention; keys and values are shared by groups of heads.
  case attention(Attention)
  /// Causal self-attention over one latent vector of each token.
  case latentAttention(LatentAttention)
  /// down(activation(gate(x)) · up(x)).
  case gatedFeedForward(GatedFeedForward)
  /// down(activation(up(x))).
  case plainFeedForward(PlainFeedForward)
  /// Experts that a router chooses for each token, and one that every token takes.
  case mixtureOfExperts(Mixture)
  /// x plus the learned vector of the token's position.
  case learnedPositions(TensorRole)
  /// x times a number of the model; nothing where that is 0.
  case scale(KeyPath<HyperParameters, Float> & Sendable)
  /// x divided by a number of the model; nothing where that is 0.
  case divide(KeyPath<HyperParameters, Float> & Sendable)
  /// cap · tanh(x / cap); nothing where the cap is 0.
  case softCap(KeyPath<HyperParameters, Float> & Sendable)
  /// A recurrence instead of attention: a short convolution over queries, keys and values, the gated
  /// delta rule, and a norm that is gated.
  case gatedDeltaNet
  /// Projection onto the vocabulary; the token embedding serves where the head is tied.
  case logits(TensorRole)

  public enum Activation: String, Sendable, CaseIterable {
    case silu
    /// GELU by tanh, and by the error function.
    case geluTanh, geluErf
    /// max(x, 0)².
    case reluSquared
    /// gpt-oss: min(g, 7) · σ(1.702 g) · (clamp(u, ±7) + 1).
    case swigluClamped
  }

  public struct Attention: Sendable {
    public enum Norm: Sendable {
      /// RMS over each head, one weight for all heads.
      case rmsHead
      /// RMS over the whole width of all heads.
      case rmsWhole
      /// Mean and variance of each head, weights for every head.
      case layerHead
    }
    public var query = TensorRole.attnQ
    public var key = TensorRole.attnK
    public var value = TensorRole.attnV
    public var output = TensorRole.attnOutput
    /// Norms of queries and keys, before rope.
    public var queryNorm: TensorRole?
    public var keyNorm: TensorRole?
    public var norm = Norm.rmsHead
    /// For each query head a score that takes part in the softmax and has no value.
    public var sinks: TensorRole?
    /// What is attended to is multiplied by the sigmoid of this projection.
    public var gate: TensorRole?
    /// The layers that rope rotates; none where positions are learned.
    public var roped: Layers?

    public init(
      queryNorm: TensorRole? = nil, keyNorm: TensorRole? = nil, norm: Norm = .rmsHead,
      sinks: TensorRole? = nil, roped: Layers? = .all, gate: TensorRole? = nil
    ) {
      self.queryNorm = queryNorm
      self.keyNorm = keyNorm
      self.norm = norm
      self.sinks = sinks
      self.roped = roped
      self.gate = gate
    }
  }

  /// Each head's key is made from the token's latent vector, beside a rotated part that all heads
  /// share, and so is its value. The step brings queries to the latent vector instead, and the mixed
  /// vectors to values: the same products in another order, and only the vector is kept.
  public struct LatentAttention: Sendable {
    /// Queries from x, or by way of a normalized latent vector where the model has one.
    public var query = TensorRole.attnQ
    public var queryDown = TensorRole.attnQA
    public var queryNorm = TensorRole.attnQANorm
    public var queryUp = TensorRole.attnQB
    /// The latent vector, which is normalized, and the rotated part after it.
    public var down = TensorRole.attnKVA
    public var norm = TensorRole.attnKVANorm
    public var keyUp = TensorRole.attnKB
    public var valueUp = TensorRole.attnVB
    public var output = TensorRole.attnOutput
    /// Of both norms, whatever the model's other norms have.
    public var epsilon: Double

    public init(epsilon: Double) { self.epsilon = epsilon }
  }

  public struct GatedFeedForward: Sendable {
    public var gate = TensorRole.ffnGate
    public var up = TensorRole.ffnUp
    public var down = TensorRole.ffnDown
    public var activation: Activation
    public var width: Size

    public init(_ activation: Activation = .silu, width: Size = .feedForward) {
      self.activation = activation
      self.width = width
    }

    /// The expert that every token takes.
    public static func shared(_ activation: Activation = .silu) -> GatedFeedForward {
      var network = GatedFeedForward(activation)
      network.gate = .ffnGateShexp
      network.up = .ffnUpShexp
      network.down = .ffnDownShexp
      network.width = .sharedFeedForward
      return network
    }
  }

  public struct PlainFeedForward: Sendable {
    public var up = TensorRole.ffnUp
    public var down = TensorRole.ffnDown
    public var activation: Activation

    public init(_ activation: Activation) { self.activation = activation }
  }

  /// Routing follows transformers: scores over all experts in float32, the best of them (of the
  /// best groups, where there are groups), their weights normalized and scaled as the model's
  /// numbers say. Of equal scores the lower expert wins; results add up in the order of experts.
  public struct Mixture: Sendable {
    public var router = TensorRole.ffnGateInp
    /// Added to the scores for choosing, not to the weights.
    public var correction: TensorRole?
    public var gate = TensorRole.ffnGateExps
    public var up = TensorRole.ffnUpExps
    public var down = TensorRole.ffnDownExps
    public var activation: Activation
    /// Softmax over the chosen scores instead of over all: gpt-oss.
    public var softmaxAfterChoice: Bool
    /// The weights are normalized whatever the model's numbers say.
    public var normalizes = false
    /// What a group of experts is chosen by: its best score, or the sum of its best two.
    public var groupsByBestTwo = false
    public var shared: GatedFeedForward?
    /// A vector whose product with x, through a sigmoid, weighs the shared expert.
    public var sharedGate: TensorRole?

    public init(
      _ activation: Activation = .silu, normalizes: Bool = false, correction: TensorRole? = nil,
      groupsByBestTwo: Bool = false, softmaxAfterChoice: Bool = false,
      shared: GatedFeedForward? = nil,
      sharedGate: TensorRole? = nil
    ) {
      self.activation = activation
      self.normalizes = normalizes
      self.correction = correction
      self.groupsByBestTwo = groupsByBestTwo
      self.softmaxAfterChoice = softmaxAfterChoice
      self.shared = shared
      self.sharedGate = sharedGate
    }
  }

  /// The tensors that this step reads, in order.
  public var roles: [TensorRole] {
    switch self {
    case .residual(let steps): steps.flatMap(\.roles)
    case .parallel(let branches): branches.flatMap { $0.flatMap(\.roles) }
    case .layers(_, let steps, let others): (steps + others).flatMap(\.roles)
    case .rmsNorm(let role), .layerNorm(let role), .logits(let role), .learnedPositions(let role):
      [role]
    case .attention(let attention):
      [attention.query, attention.key, attention.value]
        + [attention.queryNorm, attention.keyNorm, attention.sinks, attention.gate].compactMap(
          \.self)
        + [attention.output]
    case .latentAttention(let attention):
      [
        attention.query, attention.queryDown, attention.queryNorm, attention.queryUp,
        attention.down, attention.norm, attention.keyUp, attention.valueUp, attention.output,
      ]
    case .gatedFeedForward(let network): [network.gate, network.up, network.down]
    case .plainFeedForward(let network): [network.up, network.down]
    case .mixtureOfExperts(let mixture):
      [mixture.router, mixture.gate, mixture.up, mixture.down]
        + [mixture.correction, mixture.sharedGate].compactMap(\.self)
        + (mixture.shared.map { [$0.gate, $0.up, $0.down] } ?? [])
    case .gatedDeltaNet:
      [
        .attnQ, .attnK, .attnV, .attnGate, .ssmBeta, .ssmAlpha, .ssmConv1d, .ssmDt, .ssmA, .ssmNorm,
        .ssmOut,
      ]
    case .scale, .divide, .softCap: []
    }
  }
}
