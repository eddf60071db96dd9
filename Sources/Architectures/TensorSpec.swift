import Tensors

/// One tensor of a family: its role, its names in both worlds, its shape, when it is there.
public struct TensorSpec: Sendable {
  public enum Scope: Sendable { case model, block }
  public enum Part: String, Sendable { case weight, bias }

  public enum Presence: Sendable {
    case required
    /// There exactly when a flag of the model is set. A GGUF has no such flags: there, the tensor
    /// being present sets the flag.
    case when(KeyPath<HyperParameters, Bool> & Sendable)
    /// There exactly when a flag is not set.
    case unless(KeyPath<HyperParameters, Bool> & Sendable)
    /// In GGUF only, made from the hyper-parameters: rope divisors.
    case generated
  }

  public let role: TensorRole
  public let part: Part
  public let scope: Scope
  /// The HF name without `.weight` or `.bias`; within a block, without the block's prefix.
  public let huggingFace: String
  public let shape: [Size]
  public let presence: Presence
  /// The number of heads whose rows rope rotates; nil for any tensor that it does not touch.
  public let rotated: Size?

  /// A weight of the whole model.
  public static func model(
    _ role: TensorRole, _ huggingFace: String, _ shape: [Size], _ presence: Presence = .required
  ) -> TensorSpec {
    TensorSpec(
      role: role, part: .weight, scope: .model, huggingFace: huggingFace, shape: shape,
      presence: presence, rotated: nil)
  }

  /// A weight of every block.
  public static func block(
    _ role: TensorRole, _ huggingFace: String, _ shape: [Size], _ presence: Presence = .required,
    rotated: Size? = nil
  ) -> TensorSpec {
    TensorSpec(
      role: role, part: .weight, scope: .block, huggingFace: huggingFace, shape: shape,
      presence: presence, rotated: rotated)
  }

  /// The bias of a weight of every block.
  public static func bias(
    _ role: TensorRole, _ huggingFace: String, _ shape: [Size], _ presence: Presence = .required,
    rotated: Size? = nil
  ) -> TensorSpec {
    TensorSpec(
      role: role, part: .bias, scope: .block, huggingFace: huggingFace, shape: shape,
      presence: presence, rotated: rotated)
  }

  public func shape(_ parameters: HyperParameters) -> Shape {
    Shape(shape.map { $0.resolved(parameters) })
  }

  public func isPresent(_ parameters: HyperParameters) -> Bool {
    switch presence {
    case .required: true
    case .when(let flag): parameters[keyPath: flag]
    case .unless(let flag): !parameters[keyPath: flag]
    case .generated: false
    }
  }
}
