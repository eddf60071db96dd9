import Checkpoints
import Containers
import Tensors

/// A checkpoint that is understood: its family, its numbers, and what every tensor is for.
///
/// After `init` each tensor that the family needs is there with the right shape, and each tensor
/// of the file is claimed once, known to be ignorable, or reported.
public struct Model: Sendable {
  /// A tensor of the file, and what it should hold.
  public struct Slot: Sendable {
    public let tensor: FileTensor
    public let info: TensorInfo
  }
  /// Where a logical tensor, or one expert of it, stands.
  public struct Home: Sendable {
    public let slot: Int
    public let strip: FileTensor.Strip
  }
  /// A logical tensor of the model.
  public struct Key: Hashable, Sendable {
    public let role: TensorRole
    public let part: TensorSpec.Part
    public let block: Int?

    public init(_ role: TensorRole, _ part: TensorSpec.Part = .weight, block: Int? = nil) {
      self.role = role
      self.part = part
      self.block = block
    }
  }

  public let checkpoint: Checkpoint
  public let architecture: Architecture
  public let convention: Architecture.Convention
  public let parameters: HyperParameters
  /// Which of the family's layouts of Hugging Face's files these are; 0 is the one that is written.
  public let layout: Int
  /// In the file's order.
  public let slots: [Slot]
  /// The tensors of a GGUF of this model, in the order in which llama.cpp's converter writes them;
  /// without those that are generated. Of a GGUF, its own.
  public let ggufTensors: [FileTensor]
  /// Keys and tensors that were not simply understood. `--strict` refuses any warning among them.
  public let problems: [Problem]
  /// One for a logical tensor, or one for each expert.
  private let homes: [Key: [Home]]

  public init(_ checkpoint: Checkpoint) throws(FormatError) {
    self.checkpoint = checkpoint
    let file = checkpoint.tensors
    convention = file.format == "gguf" ? .gguf : .huggingFace
    architecture = try Model.recognize(checkpoint)
    let read = try Model.readConfig(checkpoint, architecture, convention)
    parameters = read.parameters
    let origin = convention == .gguf ? checkpoint.path : checkpoint.path(of: .config)
    var problems = read.problems.map { $0.inFile(origin) }
    layout = convention == .gguf ? 0 : try Model.layout(of: file, architecture, parameters)

    let claims = try Model.claim(file, architecture, convention, layout, parameters)
    slots = claims.slots
    homes = Model.homes(claims.slots)
    ggufTensors = try Model.ggufTensors(
      claims.slots, homes, architecture, convention, parameters)
    for info in claims.unclaimed {
      problems.append(Model.problem(of: info, architecture, parameters, checkpoint.config))
    }
    self.problems = problems
  }

  /// What llama.cpp would compute otherwise than this model says.
  public var unknownToLlamaCpp: [Problem] {
    let file = convention == .gguf ? checkpoint.path : checkpoint.path(of: .config)
    return architecture.config.unknownToLlamaCpp(parameters).map { $0.inFile(file) }
  }

  /// Where a logical tensor is: one place, or one for each expert; none where there is no such
  /// tensor.
  public subscript(key: Key) -> [Home] { homes[key] ?? [] }

  /// The type that a tensor of another file takes its values from; F32 where they come from several.
  public func sourceType(of tensor: FileTensor) -> DType {
    let types = Set(tensor.strips.flatMap { self[$0.key] }.map { slots[$0.slot].info.dtype })
    return types.count == 1 ? types.first ?? .f32 : .f32
  }

  /// All logical tensors, in the file's order.
  public var keys: [Key] {
    var seen: Set<Key> = []
    return slots.flatMap { $0.tensor.strips.map(\.key) }.filter { seen.insert($0).inserted }
  }

  /// Where this file has a row of a logical tensor, counted over all experts, in transformers'
  /// order.
  public func place(of row: Int, _ key: Key) -> (slot: Int, row: Int)? {
    guard let homes = homes[key], let first = homes.first else { return nil }
    let index = homes.count > 1 ? row / first.strip.rows : 0
    guard homes.indices.contains(index) else { return nil }
    let home = homes[index]
    return (home.slot, slots[home.slot].tensor.place(row, of: home.strip))
  }

  /// The family that config.json or the GGUF names.
  public static func recognize(_ checkpoint: Checkpoint) throws(FormatError) -> Architecture {
    let known = Architecture.all.map(\.name).joined(separator: ", ")
    if checkpoint.tensors.format == "gguf" {
      let name = checkpoint.tensors.metadata["general.architecture"]?.string
      guard let found = ofGGUF(named: name, checkpoint.tensors) else {
        throw FormatError(
          .unknown, "an architecture that this tool has no description of", file: checkpoint.path,
          subject: "general.architecture", expected: "one of \(known)", found: name ?? "none",
          remedy: "inspect works on it; converting and running need its family.")
      }
      return found
    }
    guard let config = checkpoint.config else {
      throw FormatError(
        .missing, "config.json is needed to know what the tensors mean",
        file: checkpoint.path(of: .config), remedy: "Download it beside the weights.")
    }
    let names = config["architectures"]?.elements.compactMap(\.string) ?? []
    let type = config["model_type"]?.string
    let found = Architecture.all.first { family in
      names.contains(where: family.huggingFace.contains)
        || (names.isEmpty && family.modelType == type)
    }
    guard let found else {
      throw FormatError(
        .unknown, "an architecture that this tool has no description of",
        file: checkpoint.path(of: .config), subject: "architectures",
        expected: "a class of the families \(known)", found: names.first ?? type ?? "none",
        remedy: "inspect works on it; converting and running need its family.")
    }
    return found
  }

  /// Of several families that share a name: the one of the remembered config.json, else the one
  /// whose mark the file has.
  private static func ofGGUF(named name: String?, _ file: any TensorFile) -> Architecture? {
    let metadata = file.metadata
    let families = Architecture.all.filter { $0.name == name }
    if families.count > 1, let text = metadata[ConfigTable.sourceKey]?.bytes,
      let config = try? JSON(text.bytes, file: ConfigTable.sourceKey),
      let type = config["model_type"]?.string,
      let found = families.first(where: { $0.modelType == type })
    {
      return found
    }
    func isMarked(_ family: Architecture) -> Bool {
      family.ggufMark.map { mark in
        metadata["\(family.name).\(mark)"] != nil
          || file.tensors.contains { $0.name.hasSuffix("." + mark) }
      } ?? false
    }
    return families.first(where: isMarked) ?? families.first { $0.ggufMark == nil }
  }

  /// Whether a GGUF's tensor is of a block that drafts further tokens.
  private static func isDraft(_ name: String, _ parameters: HyperParameters) -> Bool {
    let parts = name.split(separator: ".", maxSplits: 2)
    guard parts.count == 3, parts[0] == "blk", let block = Int(parts[1]) else { return false }
    return block >= parameters.blockCount
      && block - parameters.blockCount < parameters.nextnPredictLayers
  }

  private static func isFurther(
    _ name: String, _ architecture: Architecture, _ parameters: HyperParameters, _ config: JSON?
  ) -> Bool {
    guard let key = architecture.furtherLayers, let count = config?.present(key)?.int,
      let prefix = architecture.blockPrefixes.first(where: name.hasPrefix),
      let block = Int(name.dropFirst(prefix.count).prefix { $0 != "." })
    else { return false }
    // A count that no model has would overflow the sum.
    let first = parameters.blockCount
    return block >= first && block - first < count
  }

  private static func problem(
    of info: TensorInfo, _ architecture: Architecture, _ parameters: HyperParameters,
    _ config: JSON?
  ) -> Problem {
    let digits = info.name.replacing(/\.\d+\./, with: ".*.")
    if architecture.ignorable.contains(digits) {
      return Problem(
        .note, "ignored-tensor", subject: info.name, "carries no information; it is left out")
    }
    if architecture.otherParts.contains(where: info.name.hasPrefix)
      || isDraft(info.name, parameters)
    {
      return Problem(
        .note, "other-part", subject: info.name,
        "belongs to another part than the text model; it is left out")
    }
    if isFurther(info.name, architecture, parameters, config) {
      return Problem(
        .note, "further-layer", subject: info.name,
        "belongs to a layer that predicts further tokens, behind the model's own; it is left out")
    }
    let tied = architecture.tensors.contains { spec in
      guard case .unless(let flag) = spec.presence, parameters[keyPath: flag] else { return false }
      return architecture.name(of: spec, block: nil, .huggingFace) == info.name
    }
    if tied {
      return Problem(
        .note, "tied-copy", subject: info.name,
        "the config ties the output head to the token embedding; this copy is left out")
    }
    return Problem(
      .warning, "unknown-tensor", subject: info.name,
      "the \(architecture.name) family has no such tensor; it is left out",
      remedy: "If the model needs it, the result is wrong: check its source.")
  }
}
