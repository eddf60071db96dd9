import Checkpoints
import Containers
import Tensors

extension Model {
  static func readConfig(
    _ checkpoint: Checkpoint, _ architecture: Architecture, _ convention: Architecture.Convention
  ) throws(FormatError) -> ReadConfig {
    let file = checkpoint.tensors
    func info(_ role: TensorRole) -> TensorInfo? {
      architecture.tensors.first { $0.role == role && $0.scope == .model }.flatMap {
        file.tensor(named: architecture.name(of: $0, block: nil, convention))
      }
    }
    let rows = info(.tokenEmbd)?.shape.dimensions.first
    guard convention == .gguf else {
      guard let config = checkpoint.config else {
        throw FormatError(
          .missing, "is needed", file: checkpoint.path(of: .config),
          remedy: "Download it beside the weights.")
      }
      return try architecture.config.read(
        huggingFace: config, file: checkpoint.path(of: .config), embeddingRows: rows)
    }
    let evidence = ConfigTable.GGUFEvidence(
      embeddingRows: rows,
      ropeDivisors: try info(.ropeFreqs).map { info throws(FormatError) in
        try floats(of: info, in: file)
      },
      flags: flags(architecture, file))
    return try architecture.config.read(
      gguf: file.metadata, architecture: architecture.name, file: checkpoint.path, evidence)
  }

  /// A GGUF has no flags: a tensor of the first block (or of the model) being there sets its flag.
  private static func flags(_ architecture: Architecture, _ file: any TensorFile)
    -> [(field: WritableKeyPath<HyperParameters, Bool>, value: Bool)]
  {
    architecture.tensors.compactMap { spec in
      let block = spec.scope == .block ? 0 : nil
      let name = architecture.name(of: spec, block: block, .gguf)
      let isThere = file.tensor(named: name) != nil
      switch spec.presence {
      case .when(let flag):
        return (flag as? WritableKeyPath<HyperParameters, Bool>).map { ($0, isThere) }
      case .unless(let flag):
        return (flag as? WritableKeyPath<HyperParameters, Bool>).map { ($0, !isThere) }
      case .required, .generated: return nil
      }
    }
  }

  /// A small F32 tensor as an array: at most one value per element of a head.
  private static func floats(of info: TensorInfo, in file: any TensorFile) throws(FormatError)
    -> [Float]
  {
    guard info.dtype == .f32, info.elementCount <= 65_536 else {
      throw FormatError(
        .damaged, "is not a short F32 tensor", subject: info.name,
        found: "\(info.dtype.name) \(info.shape)")
    }
    let location = try file.location(of: info)
    let bytes = try location.file.bytes(location.offset..<location.offset + info.byteCount)
    return stride(from: 0, to: bytes.count, by: 4).map { index in
      Float(
        bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[index + $1]) << (8 * $1) })
    }
  }

  /// Finds every tensor that the family needs; throws where one is missing or misshapen.
  static func claim(
    _ file: any TensorFile, _ architecture: Architecture, _ convention: Architecture.Convention,
    _ parameters: HyperParameters
  ) throws(FormatError) -> (slots: [Slot], unclaimed: [TensorInfo]) {
    var claimed: [String: Slot] = [:]
    for spec in architecture.tensors {
      let generated = if case .generated = spec.presence { true } else { false }
      if generated ? convention == .huggingFace : !spec.isPresent(parameters) { continue }
      let blocks: [Int?] = spec.scope == .model ? [nil] : Array(0..<parameters.blockCount)
      for block in blocks {
        let name = architecture.name(of: spec, block: block, convention)
        guard let info = file.tensor(named: name) else {
          if generated { continue }
          throw FormatError(
            .damaged, "the \(architecture.name) family needs this tensor, and it is not there",
            file: file.files.first?.path, subject: name,
            expected: "\(spec.shape(parameters))",
            remedy: "The download is incomplete, or config.json is of another model.")
        }
        guard info.shape == spec.shape(parameters) else {
          throw FormatError(
            .damaged, "its shape is not what the configuration implies",
            file: file.files.first?.path, subject: name, expected: "\(spec.shape(parameters))",
            found: "\(info.shape)",
            remedy: "The weights and the configuration do not belong together.")
        }
        claimed[name] = Slot(spec: spec, block: block, info: info)
      }
    }
    return (
      file.tensors.compactMap { claimed[$0.name] },
      file.tensors.filter { claimed[$0.name] == nil }
    )
  }
}
