import Tensors

/// One logical tensor of a family, at the finest grain: its role, its shape, when it is there, and
/// where its rows stand in the files of each convention.
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
  /// Outermost first; of a stack of experts, their number.
  public let shape: [Size]
  public let presence: Presence
  /// The blocks that have it.
  public let layers: Layers
  /// The number of heads whose rows rope rotates; nil for any tensor that it does not touch.
  public let rotated: Size?
  /// Where Hugging Face's files have it; further layouts after the one that is written.
  public let huggingFace: [Placement]
  public let gguf: Placement
  public let map: ValueMap
  /// Where GGUF has the value heads of a gated delta net in its own order.
  public let tiled: HeadTiling?

  init(
    _ role: TensorRole, _ part: Part, _ scope: Scope, _ huggingFace: [Placement],
    _ shape: [Size], _ presence: Presence, layers: Layers, rotated: Size?, gguf: Placement?,
    map: ValueMap, tiled: HeadTiling? = nil
  ) {
    self.role = role
    self.part = part
    self.scope = scope
    self.huggingFace = huggingFace
    self.shape = shape
    self.presence = presence
    self.layers = layers
    self.rotated = rotated
    self.gguf = gguf ?? Placement(role.rawValue)
    self.map = map
    self.tiled = tiled
  }

  /// A weight of the whole model.
  public static func model(
    _ role: TensorRole, _ huggingFace: Placement, _ shape: [Size],
    _ presence: Presence = .required, or: [Placement] = [], map: ValueMap = .identity
  ) -> TensorSpec {
    TensorSpec(
      role, .weight, .model, [huggingFace] + or, shape, presence, layers: .all, rotated: nil,
      gguf: nil, map: map)
  }

  /// The bias of a weight of the whole model.
  public static func modelBias(
    _ role: TensorRole, _ huggingFace: Placement, _ shape: [Size],
    _ presence: Presence = .required
  ) -> TensorSpec {
    TensorSpec(
      role, .bias, .model, [huggingFace], shape, presence, layers: .all, rotated: nil, gguf: nil,
      map: .identity)
  }

  /// A weight of a block. `or` are other layouts of Hugging Face's files that are read.
  public static func block(
    _ role: TensorRole, _ huggingFace: Placement, _ shape: [Size],
    _ presence: Presence = .required, rotated: Size? = nil, gguf: Placement? = nil,
    in layers: Layers = .all, map: ValueMap = .identity, or: [Placement] = [],
    tiled: HeadTiling? = nil
  ) -> TensorSpec {
    TensorSpec(
      role, .weight, .block, [huggingFace] + or, shape, presence, layers: layers, rotated: rotated,
      gguf: gguf, map: map, tiled: tiled)
  }

  /// The bias of a weight of a block.
  public static func bias(
    _ role: TensorRole, _ huggingFace: Placement, _ shape: [Size],
    _ presence: Presence = .required, rotated: Size? = nil, gguf: Placement? = nil,
    in layers: Layers = .all, map: ValueMap = .identity, or: [Placement] = [],
    tiled: HeadTiling? = nil
  ) -> TensorSpec {
    TensorSpec(
      role, .bias, .block, [huggingFace] + or, shape, presence, layers: layers, rotated: rotated,
      gguf: gguf, map: map, tiled: tiled)
  }

  /// A tensor of the whole model where that is part of a larger one: `prefixes` stand, in one layout
  /// each, where "model." stood.
  func inPart(_ prefixes: [String]) -> TensorSpec {
    guard scope == .model else { return self }
    return TensorSpec(
      role, part, scope,
      prefixes.map { huggingFace[0].replacing(prefix: "model.", with: $0) }, shape, presence,
      layers: layers, rotated: rotated, gguf: gguf, map: map)
  }

  public func shape(_ parameters: HyperParameters) -> Shape {
    Shape(shape.map { $0.resolved(parameters) })
  }

  /// Whether the runner reads it as plain numbers; its elements are then its rows.
  public var isVector: Bool { part == .bias || shape.count == 1 || role.isAlwaysVector }

  /// Whether the outermost axis counts experts, or anything else that is stacked.
  public var isStack: Bool { shape.count > (isVector ? 1 : 2) }

  public var isGenerated: Bool { if case .generated = presence { true } else { false } }

  /// Whether a model with these numbers has it; `block` is nil for the whole model's.
  public func isPresent(_ parameters: HyperParameters, block: Int?) -> Bool {
    if let block, !layers.contains(block, parameters) { return false }
    return switch presence {
    case .required: true
    case .when(let flag): parameters[keyPath: flag]
    case .unless(let flag): !parameters[keyPath: flag]
    case .generated: false
    }
  }

  /// `layout` counts the layouts of Hugging Face's files.
  func placement(_ convention: Architecture.Convention, layout: Int) -> Placement {
    switch convention {
    case .gguf: gguf
    case .huggingFace: layout < huggingFace.count ? huggingFace[layout] : huggingFace[0]
    }
  }
}
