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
  /// One for each of the model's `ggufTensors`, in their order.
  public let types: [DType]
  public let fallbacks: [Fallback]

  /// The types that `choices` give the tensors of `model`.
  public init(_ choices: TypeChoices, for model: Model) {
    var resolver = Resolver(choices, model)
    let tensors = model.ggufTensors
    var types = tensors.map(model.sourceType)
    // Rules count the tensors that they decide on: the order is llama-quantize's.
    for index in TensorOrder.sorted(Array(tensors.indices), by: { tensors[$0].name }) {
      types[index] = resolver.type(of: tensors[index], from: types[index])
    }
    preset = choices.preset
    self.types = types
    fallbacks = resolver.fallbacks
  }

  /// `general.file_type`; nil keeps what the source says. A plain preset beside packed experts has
  /// one of its own.
  public var fileType: UInt32? {
    preset.isPlain && types.contains(.mxfp4) ? Preset.packedFileType : preset.fileType
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
    isTied = !model.ggufTensors.contains { $0.role == .output }
    convention = model.convention
    valueCount = model.ggufTensors.count {
      Category($0.role) == .attentionV && $0.part == .weight
    }
  }

  mutating func type(of tensor: FileTensor, from source: DType) -> DType {
    let preset = choices.preset
    let name = tensor.name
    let category = Category(tensor.role)
    guard let base = preset.base else { return source }
    guard tensor.isQuantizable else { return convention == .gguf ? source : .f32 }
    if choices.leavesOutput, category == .output { return source }
    if category == .tokenEmbedding, let type = choices.tokenEmbedding {
      return fitting(type, tensor, name)
    }
    if category == .output, let type = choices.output { return fitting(type, tensor, name) }
    // Packed experts of a Hugging Face checkpoint stay as they are, as with llama.cpp's converter.
    if !base.isQuantized { return convention == .huggingFace && source == .mxfp4 ? source : base }
    if let type = choices.override(for: name) { return fitting(type, tensor, name) }
    if choices.isPure { return fitting(base, tensor, name) }

    if category == .output || isTied && category == .tokenEmbedding {
      if let type = choices.output { return fitting(type, tensor, name) }
      return head(preset.head ?? base, base, tensor, name)
    }
    if let experts = preset.experts, tensor.shape.dimensions.count > 2 {
      return fitting(experts, tensor, name)
    }
    let place = place(of: category, tensor)
    let type = preset.rules.reduce(base) { type, rule in
      rule.applies(category, at: place, type: type, in: setting) ? rule.type : type
    }
    return fitting(type, tensor, name)
  }

  private mutating func place(of category: Category, _ tensor: FileTensor) -> Place {
    let counted = seen[category, default: 0]
    seen[category] = counted + 1
    let isValue = category == .attentionV
    let byLayer = !isValue && setting.parameters.expertCount > 1
    return Place(
      index: byLayer ? tensor.block ?? 0 : counted, counted: counted,
      count: isValue ? valueCount : setting.parameters.blockCount)
  }

  private mutating func head(_ type: DType, _ base: DType, _ tensor: FileTensor, _ name: String)
    -> DType
  {
    let length = tensor.shape.rowLength
    if length % base.facts.blockElements == 0 || type == .q8_0 {
      return fitting(type, tensor, name)
    }
    let used = length % DType.q8_0.facts.blockElements == 0 ? DType.q8_0 : .f16
    note(name, type, used, length, of: base)
    return used
  }

  /// ggml's fallback where a row is no whole number of blocks, and F16 where that fails too.
  private mutating func fitting(_ type: DType, _ tensor: FileTensor, _ name: String) -> DType {
    let length = tensor.shape.rowLength
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

extension FileTensor {
  /// Matrices are; vectors, norms and expert routing are not: they are small, and runtimes expect
  /// full precision.
  var isQuantizable: Bool {
    shape.dimensions.count > 1 && part == .weight && !role.staysFloat
  }
}
