import Checkpoints
import Containers
import Tensors

/// A checkpoint that is understood: its family, its numbers, and what every tensor is for.
///
/// After `init` each tensor that the family needs is there with the right shape, and each tensor
/// of the file is claimed once, known to be ignorable, or reported.
public struct Model: Sendable {
  /// A tensor of the file in its role.
  public struct Slot: Sendable {
    public let spec: TensorSpec
    public let block: Int?
    public let info: TensorInfo
  }
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
  /// In the file's order.
  public let slots: [Slot]
  /// Keys and tensors that were not simply understood. `--strict` refuses any warning among them.
  public let problems: [Problem]
  private let positions: [Key: Int]

  public init(_ checkpoint: Checkpoint) throws(FormatError) {
    self.checkpoint = checkpoint
    let file = checkpoint.tensors
    convention = file.format == "gguf" ? .gguf : .huggingFace
    architecture = try Model.recognize(checkpoint)
    let read = try Model.readConfig(checkpoint, architecture, convention)
    parameters = read.parameters
    let origin = convention == .gguf ? checkpoint.path : checkpoint.path(of: .config)
    var problems = read.problems.map { $0.inFile(origin) }

    let claims = try Model.claim(file, architecture, convention, parameters)
    slots = claims.slots
    positions = Dictionary(
      uniqueKeysWithValues: claims.slots.enumerated().map { index, slot in
        (Key(slot.spec.role, slot.spec.part, block: slot.block), index)
      })
    for info in claims.unclaimed {
      problems.append(Model.problem(of: info, architecture, parameters))
    }
    self.problems = problems
  }

  public subscript(key: Key) -> Slot? { positions[key].map { slots[$0] } }

  /// The tensor's rows brought to the transformers order, which the reference runner computes in.
  public func transform(_ slot: Slot, to target: Architecture.Convention) -> Transform {
    architecture.transform(slot.spec, from: convention, to: target, parameters)
  }

  /// The family that config.json or the GGUF names.
  public static func recognize(_ checkpoint: Checkpoint) throws(FormatError) -> Architecture {
    let known = Architecture.all.map(\.name).joined(separator: ", ")
    if checkpoint.tensors.format == "gguf" {
      let name = checkpoint.tensors.metadata["general.architecture"]?.string
      guard let found = Architecture.all.first(where: { $0.name == name }) else {
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

  private static func problem(
    of info: TensorInfo, _ architecture: Architecture, _ parameters: HyperParameters
  ) -> Problem {
    let digits = info.name.replacing(/\.\d+\./, with: ".*.")
    if architecture.ignorable.contains(digits) {
      return Problem(
        .note, "ignored-tensor", subject: info.name, "carries no information; it is left out")
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
