/// A step of the forward pass. New mathematics adds a case; every switch over `Op` is exhaustive,
/// so the compiler lists the places to extend.
public indirect enum Op: Sendable {
  /// x + steps(x).
  case residual([Op])
  /// x / √(mean(x²) + ε) · weight.
  case rmsNorm(TensorRole)
  /// Causal self-attention with rotary positions; keys and values are shared by groups of heads.
  case attention(Attention)
  /// down(activation(gate(x)) · up(x)).
  case gatedFeedForward(GatedFeedForward)
  /// Projection onto the vocabulary; the token embedding serves where the head is tied.
  case logits(TensorRole)

  public struct Attention: Sendable {
    public var query = TensorRole.attnQ
    public var key = TensorRole.attnK
    public var value = TensorRole.attnV
    public var output = TensorRole.attnOutput
    /// RMS norms over each head of queries and keys, before rope.
    public var queryNorm: TensorRole?
    public var keyNorm: TensorRole?

    public init(queryNorm: TensorRole? = nil, keyNorm: TensorRole? = nil) {
      self.queryNorm = queryNorm
      self.keyNorm = keyNorm
    }
  }

  public struct GatedFeedForward: Sendable {
    public enum Activation: String, Sendable { case silu }
    public var gate = TensorRole.ffnGate
    public var up = TensorRole.ffnUp
    public var down = TensorRole.ffnDown
    public var activation = Activation.silu

    public init() {}
  }

  /// The tensors that this step reads, in order.
  public var roles: [TensorRole] {
    switch self {
    case .residual(let steps): steps.flatMap(\.roles)
    case .rmsNorm(let role), .logits(let role): [role]
    case .attention(let attention):
      [attention.query, attention.key, attention.value]
        + [attention.queryNorm, attention.keyNorm].compactMap(\.self) + [attention.output]
    case .gatedFeedForward(let network): [network.gate, network.up, network.down]
    }
  }
}
