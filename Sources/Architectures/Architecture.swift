import Tensors

/// One model family, described once. Names in both directions, the movement of rows between them,
/// the config, the memory and the forward pass all follow from this value, so they cannot disagree.
public struct Architecture: Sendable {
  /// Whose names and layouts a file uses.
  public enum Convention: String, Sendable { case huggingFace, gguf }

  /// `general.architecture` of a GGUF. Several families may share one.
  public let name: String
  /// Class names in config.json; the first is the one that is written.
  public let huggingFace: [String]
  /// `model_type` in config.json. No two families share one.
  public let modelType: String
  /// A key, after the architecture's name, or the end of a tensor's name, that a GGUF of this family
  /// has and others of the same name have not.
  public let ggufMark: String?
  public let ropeHuggingFace: RopeLayout
  public let ropeGGUF: RopeLayout
  public let config: ConfigTable
  /// What stands before a block's number in Hugging Face's names, in each layout of the files.
  public let blockPrefixes: [String]
  public let tensors: [TensorSpec]
  /// HF names that are known to carry no information; `*` stands for digits.
  public let ignorable: [String]
  /// How the names of tensors begin that belong to other parts than the text model.
  public let otherParts: [String]
  /// The key of config.json that counts layers behind the model's own. They predict further tokens,
  /// and the model's own do without them.
  public let furtherLayers: String?
  /// Steps on the embedded tokens, before the first block.
  public let embedding: [Op]
  public let block: [Op]
  public let head: [Op]

  public init(
    name: String, huggingFace: [String], modelType: String, ggufMark: String? = nil,
    rope: (huggingFace: RopeLayout, gguf: RopeLayout), config: ConfigTable,
    blockPrefix: String = "model.layers.", or blockPrefixes: [String] = [], tensors: [TensorSpec],
    ignorable: [String] = [], otherParts: [String] = [], furtherLayers: String? = nil,
    embedding: [Op] = [], block: [Op], head: [Op]
  ) {
    self.name = name
    self.huggingFace = huggingFace
    self.modelType = modelType
    self.ggufMark = ggufMark
    ropeHuggingFace = rope.huggingFace
    ropeGGUF = rope.gguf
    self.config = config
    self.blockPrefixes = [blockPrefix] + blockPrefixes
    self.tensors = tensors
    self.ignorable = ignorable
    self.otherParts = otherParts
    self.furtherLayers = furtherLayers
    self.embedding = embedding
    self.block = block
    self.head = head
  }

  /// How many layouts of Hugging Face's files there are; all but the first are only read.
  var layoutCount: Int {
    max(blockPrefixes.count, tensors.map(\.huggingFace.count).max() ?? 1)
  }

  /// Every step of a forward pass.
  public var ops: [Op] { embedding + block + head }

  public func rope(_ convention: Convention) -> RopeLayout {
    convention == .gguf ? ropeGGUF : ropeHuggingFace
  }

  /// What must be done to a tensor's rows to bring it from one convention to the other. Derived
  /// from the two rope layouts: where they differ, the rows of each rotated head are reordered.
  public func transform(
    _ spec: TensorSpec, from source: Convention, to target: Convention,
    _ parameters: HyperParameters
  ) -> Transform {
    if case .rows(let after)? = spec.tiled {
      return tiling(after: after.resolved(parameters), from: source, to: target, parameters)
    }
    guard let heads = spec.rotated else { return .identity }
    switch (rope(source), rope(target)) {
    case (.halves, .pairs): return .interleaveHalves(heads: heads.resolved(parameters))
    case (.pairs, .halves): return .separatePairs(heads: heads.resolved(parameters))
    case (.halves, .halves), (.pairs, .pairs): return .identity
    }
  }
}
