import Tensors

/// One model family, described once. Names in both directions, the q/k permutation, the config, the
/// memory and the forward pass all follow from this value, so they cannot disagree.
public struct Architecture: Sendable {
  /// Whose names and layouts a file uses.
  public enum Convention: String, Sendable { case huggingFace, gguf }

  /// `general.architecture` of a GGUF.
  public let name: String
  /// Class names in config.json; the first is the one that is written.
  public let huggingFace: [String]
  /// `model_type` in config.json.
  public let modelType: String
  public let ropeHuggingFace: RopeLayout
  public let ropeGGUF: RopeLayout
  public let config: ConfigTable
  public let tensors: [TensorSpec]
  /// HF names that are known to carry no information; `*` stands for digits.
  public let ignorable: [String]
  public let block: [Op]
  public let head: [Op]

  public init(
    name: String, huggingFace: [String], modelType: String,
    rope: (huggingFace: RopeLayout, gguf: RopeLayout), config: ConfigTable, tensors: [TensorSpec],
    ignorable: [String] = [], block: [Op], head: [Op]
  ) {
    self.name = name
    self.huggingFace = huggingFace
    self.modelType = modelType
    ropeHuggingFace = rope.huggingFace
    ropeGGUF = rope.gguf
    self.config = config
    self.tensors = tensors
    self.ignorable = ignorable
    self.block = block
    self.head = head
  }

  /// Every family, one line each. A new family is a file in `Families/` and a line here.
  public static let all: [Architecture] = [.llama, .qwen2, .qwen3]

  static let blockPrefix = "model.layers."

  public func rope(_ convention: Convention) -> RopeLayout {
    convention == .gguf ? ropeGGUF : ropeHuggingFace
  }

  /// The full name of a tensor. `block` is nil for tensors of the whole model.
  public func name(of spec: TensorSpec, block: Int?, _ convention: Convention) -> String {
    let part = "." + spec.part.rawValue
    switch convention {
    case .gguf: return (block.map { "blk.\($0)." } ?? "") + spec.role.rawValue + part
    case .huggingFace:
      return (block.map { "\(Architecture.blockPrefix)\($0)." } ?? "") + spec.huggingFace + part
    }
  }

  /// What must be done to a tensor's rows to bring it from one convention to the other. Derived
  /// from the two rope layouts: where they differ, the rows of each rotated head are reordered.
  public func transform(
    _ spec: TensorSpec, from source: Convention, to target: Convention,
    _ parameters: HyperParameters
  ) -> Transform {
    guard let heads = spec.rotated else { return .identity }
    switch (rope(source), rope(target)) {
    case (.halves, .pairs): return .interleaveHalves(heads: heads.resolved(parameters))
    case (.pairs, .halves): return .separatePairs(heads: heads.resolved(parameters))
    case (.halves, .halves), (.pairs, .pairs): return .identity
    }
  }
}
