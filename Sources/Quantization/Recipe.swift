import Architectures
import Containers
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

  /// The types that `choices` give the tensors of `model`.
  public init(_ choices: TypeChoices, for model: Model) {
    var resolver = Resolver(choices, model)
    var types = model.slots.map(\.info.dtype)
    // Rules count the tensors that they decide on: the order is llama-quantize's.
    let names = model.slots.map { model.architecture.name(of: $0.spec, block: $0.block, .gguf) }
    for index in TensorOrder.sorted(Array(names.indices), by: { names[$0] }) {
      types[index] = resolver.type(of: model.slots[index], named: names[index])
    }
    preset = choices.preset
    self.types = types
    fallbacks = resolver.fallbacks
  }

  /// Whether tensors of a role come out as garbage in this type without importance. The embedding
  /// and the head never have any, in llama.cpp's matrices.
  public func needsImportance(_ type: DType, _ role: TensorRole) -> Bool {
    if BlockFormat.of(type)?.requiresImportance ?? false { return true }
    if role == .tokenEmbd || role == .output { return false }
    return Recipe.lowBits.contains(type) || preset.needsImportance.contains(type)
  }

  /// Source: llama.cpp, `tensor_requires_imatrix` in `src/llama-quant.cpp`.
  private static let lowBits: Set<DType> = [
    .iq1_s, .iq1_m, .iq2_xxs, .iq2_xs, .iq2_s, .iq3_xxs,
  ]

  init(preset: Preset, types: [DType], fallbacks: [Fallback] = []) {
    self.preset = preset
    self.types = types
    self.fallbacks = fallbacks
  }
}

/// Goes through a model's tensors in order and keeps the counts that rules speak of.
private struct Resolver {
  private let choices: TypeChoices
  private let setting: Rule.Setting
  private let isTied: Bool
  private let convention: Architecture.Convention
  private var seen: [Category: Int] = [:]
  private let valueCount: Int
  private(set) var fallbacks: [Recipe.Fallback] = []

  init(_ choices: TypeChoices, _ model: Model) {
    self.choices = choices
    setting = Rule.Setting(
      architecture: model.architecture.name, parameters: model.parameters,
      hasImportance: choices.hasImportance)
    isTied = !model.slots.contains { $0.spec.role == .output }
    convention = model.convention
    valueCount = model.slots.count {
      Category($0.spec.role) == .attentionV && $0.spec.part == .weight
    }
  }

  mutating func type(of slot: Model.Slot, named name: String) -> DType {
    let preset = choices.preset
    let category = Category(slot.spec.role)
    guard let base = preset.base else { return slot.info.dtype }
    guard slot.isQuantizable else { return unquantized(slot) }
    if choices.leavesOutput, category == .output { return unquantized(slot) }
    if category == .tokenEmbedding, let type = choices.tokenEmbedding {
      return fitting(type, slot, name)
    }
    if category == .output, let type = choices.output { return fitting(type, slot, name) }
    guard base.isQuantized else { return base }
    if let type = choices.override(for: name) { return fitting(type, slot, name) }
    if choices.isPure { return fitting(base, slot, name) }

    if category == .output || isTied && category == .tokenEmbedding {
      if let type = choices.output { return fitting(type, slot, name) }
      return head(preset.head ?? base, base, slot, name)
    }
    if let experts = preset.experts, slot.info.shape.dimensions.count > 2 {
      return fitting(experts, slot, name)
    }
    let place = place(of: category, slot)
    let type = preset.rules.reduce(base) { type, rule in
      rule.applies(category, at: place, type: type, in: setting) ? rule.type : type
    }
    return fitting(type, slot, name)
  }

  private mutating func place(of category: Category, _ slot: Model.Slot) -> Place {
    let counted = seen[category, default: 0]
    seen[category] = counted + 1
    let isValue = category == .attentionV
    let byLayer = !isValue && setting.parameters.expertCount > 1
    return Place(
      index: byLayer ? slot.block ?? 0 : counted, counted: counted,
      count: isValue ? valueCount : setting.parameters.blockCount)
  }

  /// What is never quantized: llama.cpp's converter writes it in F32, and later tools keep it.
  private func unquantized(_ slot: Model.Slot) -> DType {
    if slot.isQuantizable { return slot.info.dtype }
    return convention == .gguf ? slot.info.dtype : .f32
  }

  private mutating func head(_ type: DType, _ base: DType, _ slot: Model.Slot, _ name: String)
    -> DType
  {
    let length = slot.info.shape.rowLength
    if length % base.facts.blockElements == 0 || type == .q8_0 { return fitting(type, slot, name) }
    let used = length % DType.q8_0.facts.blockElements == 0 ? DType.q8_0 : .f16
    note(name, type, used, length, of: base)
    return used
  }

  /// ggml's fallback where a row is no whole number of blocks, and F16 where that fails too.
  private mutating func fitting(_ type: DType, _ slot: Model.Slot, _ name: String) -> DType {
    let length = slot.info.shape.rowLength
    if length % type.facts.blockElements == 0 { return type }
    let fallback = BlockFormat.of(type)?.fallback ?? .f16
    let used = length % fallback.facts.blockElements == 0 ? fallback : .f16
    note(name, type, used, length, of: type)
    return used
  }

  private mutating func note(
    _ name: String, _ wanted: DType, _ used: DType, _ length: Int, of blocks: DType
  ) {
    fallbacks.append(
      Recipe.Fallback(
        tensor: name, wanted: wanted, used: used,
        why: "rows of \(length) are no whole number of \(blocks.name)'s blocks of "
          + "\(blocks.facts.blockElements)"))
  }
}

extension Model.Slot {
  /// Matrices are; vectors, norms and expert routing are not: they are small, and runtimes expect
  /// full precision.
  var isQuantizable: Bool {
    info.shape.dimensions.count > 1 && spec.part == .weight && !spec.role.staysFloat
  }
}
