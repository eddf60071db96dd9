import Architectures
import Tensors

/// A type for every tensor of a model, with every substitution that was made on the way.
public struct Recipe: Sendable {
  /// A type that a tensor should have had and could not.
  public struct Fallback: Sendable, Equatable {
    public let tensor: String
    public let wanted: DType
    public let used: DType
    public let why: String
  }

  public let preset: Preset
  /// One for every slot of the model, in its order.
  public let types: [DType]
  public let fallbacks: [Fallback]

  public init(_ preset: Preset, for model: Model) {
    self.preset = preset
    var types: [DType] = []
    var fallbacks: [Fallback] = []
    for slot in model.slots {
      let wanted = Recipe.wanted(preset, slot, model)
      let used = Recipe.fitting(wanted, rowLength: slot.info.shape.rowLength)
      if used != wanted {
        fallbacks.append(
          Fallback(
            tensor: model.architecture.name(of: slot.spec, block: slot.block, .gguf),
            wanted: wanted, used: used,
            why: "rows of \(slot.info.shape.rowLength) are no whole number of blocks of "
              + "\(wanted.facts.blockElements)"))
      }
      types.append(used)
    }
    self.types = types
    self.fallbacks = fallbacks
  }

  /// Vectors and norms stay in F32: they are small, and runtimes expect it.
  private static func wanted(_ preset: Preset, _ slot: Model.Slot, _ model: Model)
    -> DType
  {
    guard slot.info.shape.dimensions.count > 1 else { return .f32 }
    return preset.rules.reduce(preset.base) { type, rule in
      rule.applies(to: slot, type: type, in: model) ? rule.type : type
    }
  }

  /// ggml's fallback where a row is no whole number of blocks, and F16 where that fails too.
  static func fitting(_ type: DType, rowLength: Int) -> DType {
    if rowLength % type.facts.blockElements == 0 { return type }
    let fallback = BlockFormat.of(type)?.fallback ?? .f16
    return rowLength % fallback.facts.blockElements == 0 ? fallback : .f16
  }
}
