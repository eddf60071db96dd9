import Checkpoints
import Containers

extension ConfigTable {
  /// What a GGUF tells beside its metadata: sizes and presence of its tensors.
  struct GGUFEvidence {
    var embeddingRows: Int?
    var ropeDivisors: [Float]?
    var longFactors: [Float]?
    var shortFactors: [Float]?
    /// Whether a block has a tensor of the role.
    var has: (_ role: TensorRole, _ block: Int) -> Bool
    /// The flags that the tensors imply.
    var flags: [(field: WritableKeyPath<HyperParameters, Bool>, value: Bool)]
  }

  /// Reads a GGUF's architecture keys, under the same rules as config.json.
  func read(gguf metadata: Metadata, architecture: String, file: String, _ evidence: GGUFEvidence)
    throws(FormatError) -> ReadConfig
  {
    let prefix = architecture + "."
    var result = ReadConfig(parameters: HyperParameters(), problems: [])
    // What GGUF has no key for may be remembered.
    let remembered = try metadata[ConfigTable.sourceKey]?.bytes.map { text throws(FormatError) in
      try flattened(
        JSON(text.bytes, file: ConfigTable.sourceKey), file: ConfigTable.sourceKey)
    }
    let source = GGUFNumbers(
      metadata: metadata, prefix: prefix, file: file, evidence: evidence, remembered: remembered)
    var consumed: Set<String> = []
    var statements: [GGUFNumbers.Statement] = []
    for entry in inReadingOrder {
      consumed.formUnion(entry.ggufKeys.map { prefix + $0 })
      try entry.read(source, into: &result.parameters, statements: &statements)
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
    entries.flatMap { $0.gguf(parameters, prefix: architecture + ".", fileType: fileType) }
  }

  /// What stands right after `general.architecture`.
  public func ggufPreface(_ parameters: HyperParameters, architecture: String) -> [Metadata.Entry] {
    preface.flatMap { $0.gguf(parameters, prefix: architecture + ".", fileType: 0) }
  }
}
