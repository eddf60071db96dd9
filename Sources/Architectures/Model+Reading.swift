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
      longFactors: try info(.ropeFactorsLong).map { info throws(FormatError) in
        try floats(of: info, in: file)
      },
      shortFactors: try info(.ropeFactorsShort).map { info throws(FormatError) in
        try floats(of: info, in: file)
      },
      has: { role, block in
        architecture.tensors.contains {
          $0.role == role
            && file.tensor(named: architecture.name(of: $0, block: block, .gguf)) != nil
        }
      },
      flags: flags(architecture, file))
    return try architecture.config.read(
      gguf: file.metadata, architecture: architecture.name, file: checkpoint.path, evidence)
  }

  /// A GGUF has no flags: a tensor of some block (or of the model) being there sets its flag.
  private static func flags(_ architecture: Architecture, _ file: any TensorFile)
    -> [(field: WritableKeyPath<HyperParameters, Bool>, value: Bool)]
  {
    architecture.tensors.compactMap { spec in
      let isThere =
        spec.scope == .model
        ? file.tensor(named: architecture.name(of: spec, block: nil, .gguf)) != nil
          // Nearly always the first block answers.
        : (0..<256).contains {
          file.tensor(named: architecture.name(of: spec, block: $0, .gguf)) != nil
        }
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
    return try file.floats(of: info)
  }

  /// Which layout of Hugging Face's files these are: the first that has all its tensors, or else
  /// the most of them. Layouts differ in names or, where matrices are turned, in shapes alone.
  static func layout(
    of file: any TensorFile, _ architecture: Architecture, _ parameters: HyperParameters
  ) throws(FormatError) -> Int {
    guard architecture.layoutCount > 1 else { return 0 }
    var best = (layout: 0, found: 0)
    for layout in 0..<architecture.layoutCount {
      let tensors = try architecture.files(.huggingFace, layout: layout, parameters)
      let found = tensors.count { file.tensor(named: $0.name)?.shape == $0.shape }
      if found == tensors.count { return layout }
      if found > best.found { best = (layout, found) }
    }
    return best.layout
  }

  /// Finds every tensor that the family needs; throws where one is missing or misshapen.
  static func claim(
    _ file: any TensorFile, _ architecture: Architecture, _ convention: Architecture.Convention,
    _ layout: Int, _ parameters: HyperParameters
  ) throws(FormatError) -> (slots: [Slot], unclaimed: [TensorInfo]) {
    var claimed: [String: Slot] = [:]
    for tensor in try architecture.files(convention, layout: layout, parameters) {
      guard let info = file.tensor(named: tensor.name) else {
        if tensor.strips.contains(where: \.spec.isGenerated) { continue }
        throw FormatError(
          .damaged, "the \(architecture.name) family needs this tensor, and it is not there",
          file: file.files.first?.path, subject: tensor.name, expected: "\(tensor.shape)",
          remedy: "The download is incomplete, or config.json is of another model.")
      }
      let agrees =
        convention == .gguf
        ? info.shape.withoutOuterOnes == tensor.shape.withoutOuterOnes
        : info.shape == tensor.shape
      guard agrees else {
        throw FormatError(
          .damaged, "its shape is not what the configuration implies",
          file: file.files.first?.path, subject: tensor.name, expected: "\(tensor.shape)",
          found: "\(info.shape)",
          remedy: "The weights and the configuration do not belong together.")
      }
      claimed[tensor.name] = Slot(tensor: tensor, info: info)
    }
    return (
      file.tensors.compactMap { claimed[$0.name] },
      file.tensors.filter { claimed[$0.name] == nil }
    )
  }

  static func homes(_ slots: [Slot]) -> [Key: [Home]] {
    var homes: [Key: [Home]] = [:]
    for (index, slot) in slots.enumerated() {
      for strip in slot.tensor.strips {
        homes[strip.key, default: []].append(Home(slot: index, strip: strip))
      }
    }
    // Files list experts in any order.
    for (key, found) in homes where found.count > 1 {
      homes[key] = found.sorted { ($0.strip.expert ?? 0) < ($1.strip.expert ?? 0) }
    }
    return homes
  }

  /// llama.cpp's converter writes a tensor when it has read the last that goes into it, and before
  /// all others those that are packed.
  static func ggufTensors(
    _ slots: [Slot], _ homes: [Key: [Home]], _ architecture: Architecture,
    _ convention: Architecture.Convention, _ parameters: HyperParameters
  ) throws(FormatError) -> [FileTensor] {
    if convention == .gguf { return slots.map(\.tensor) }
    let tensors = try architecture.files(.gguf, parameters).filter {
      !$0.strips.contains(where: \.spec.isGenerated)
    }
    let keyed = tensors.enumerated().map { index, tensor in
      let sources = tensor.strips.flatMap { homes[$0.key] ?? [] }.map(\.slot)
      let isPacked = sources.contains { slots[$0].tensor.isMicroscaled }
      let last = isPacked ? (sources.max() ?? 0) - slots.count : sources.max() ?? 0
      return (last: last, index: index, tensor: tensor)
    }
    return keyed.sorted { ($0.last, $0.index) < ($1.last, $1.index) }.map(\.tensor)
  }
}
