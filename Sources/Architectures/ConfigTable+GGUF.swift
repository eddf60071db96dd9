import Checkpoints
import Containers

extension ConfigTable {
  /// What a GGUF tells beside its metadata: sizes and presence of its tensors.
  struct GGUFEvidence {
    var embeddingRows: Int?
    var ropeDivisors: [Float]?
    /// The flags that the tensors imply.
    var flags: [(field: WritableKeyPath<HyperParameters, Bool>, value: Bool)]
  }

  /// Reads a GGUF's architecture keys, under the same rules as config.json.
  func read(gguf metadata: Metadata, architecture: String, file: String, _ evidence: GGUFEvidence)
    throws(FormatError) -> ReadConfig
  {
    let prefix = architecture + "."
    var result = ReadConfig(parameters: HyperParameters(), problems: [])
    var consumed: Set<String> = []
    var statements: [(key: String, field: ConfigEntry.Field<Int>, value: Int)] = []
    for entry in entries {
      switch entry {
      case .integer(_, let keys, let field, let absent, _):
        for key in keys.map({ prefix + $0 }) {
          consumed.insert(key)
          guard let value = metadata[key] else { continue }
          let number = try ConfigTable.integer(value.int, nil, key: key, file: file)
          statements.append((key, field, number))
        }
        if let stated = statements.last(where: { $0.field == field }) {
          result.parameters[keyPath: field] = stated.value
        } else {
          result.parameters[keyPath: field] = try ConfigTable.resolve(
            absent, key: prefix + (keys.first ?? ""), file: file, result.parameters,
            embeddingRows: evidence.embeddingRows)
        }
      case .float(_, let key, let field, let absent):
        consumed.insert(prefix + key)
        result.parameters[keyPath: field] = try ConfigTable.float(
          metadata[prefix + key]?.double.map(Float.init) ?? absent, key: prefix + key, file: file)
      case .rope: consumed.formUnion(RopeConfig.ggufKeys.map { prefix + $0 })
      case .flag, .fileType, .expected, .dependent: break
      }
    }
    for statement in statements where result.parameters[keyPath: statement.field] != statement.value
    {
      throw FormatError(
        .unknown, "differs from what another key says of the same number", file: file,
        subject: statement.key, expected: "\(result.parameters[keyPath: statement.field])",
        found: "\(statement.value)",
        remedy: "The file contradicts itself, or its family needs another description.")
    }
    for flag in evidence.flags { result.parameters[keyPath: flag.field] = flag.value }
    let rope = try RopeConfig(
      gguf: metadata, prefix: prefix, divisors: evidence.ropeDivisors,
      headDimension: result.parameters.keyLength, file: file)
    result.parameters.ropeFreqBase = rope.base
    result.parameters.ropeScaling = rope.scaling
    for (key, _) in metadata.entries where key.hasPrefix(prefix) && !consumed.contains(key) {
      result.problems.append(
        Problem(
          .warning, "unknown-metadata-key", subject: key,
          "the file has an architecture key that nothing here reads",
          remedy: "If it changes what the model computes, the result is wrong: check its source."))
    }
    try ConfigTable.check(result.parameters, file: file)
    return result
  }

  /// The metadata entries of this family in llama.cpp's order. `fileType` is `general.file_type`.
  public func gguf(_ parameters: HyperParameters, architecture: String, fileType: UInt32)
    -> [Metadata.Entry]
  {
    let prefix = architecture + "."
    var result: [Metadata.Entry] = []
    for entry in entries {
      switch entry {
      case .integer(_, let keys, let field, let absent, let stated):
        let value = parameters[keyPath: field]
        let usual = try? ConfigTable.resolve(
          absent, key: "", file: "", parameters, embeddingRows: value)
        if stated == .never || (stated == .ifUnusual && usual == value) { break }
        for key in keys { result.append((prefix + key, .uint32(UInt32(clamping: value)))) }
      case .float(_, let key, let field, _):
        result.append((prefix + key, .float32(parameters[keyPath: field])))
      case .rope: result += RopeConfig(parameters).gguf(prefix: prefix)
      case .fileType: result.append(("general.file_type", .uint32(fileType)))
      case .flag, .expected, .dependent: break
      }
    }
    return result
  }
}
