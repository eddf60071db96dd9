/// Some of a model's layers: in which of them a tensor is there, or a step is taken.
public indirect enum Layers: Sendable {
  case all
  /// Layers whose feed-forward part is a mixture of experts.
  case mixture
  /// Layers that see a window of positions only.
  case sliding
  /// Layers that keep a state instead of keys and values.
  case recurrent
  /// Layers that rope rotates.
  case roped
  /// All layers, where both branches of a layer take the same input.
  case parallel
  case not(Layers)

  public func contains(_ block: Int, _ parameters: HyperParameters) -> Bool {
    switch self {
    case .all: true
    case .mixture: parameters.isMixture(block)
    case .sliding: parameters.isSliding(block)
    case .recurrent: parameters.isRecurrent(block)
    case .roped: parameters.isRoped(block)
    case .parallel: parameters.parallelResidual
    case .not(let layers): !layers.contains(block, parameters)
    }
  }
}
