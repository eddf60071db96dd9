import Checkpoints
import Containers

/// A config that has been read: numbers, and every key that was not simply understood.
public struct ReadConfig: Sendable {
  public var parameters: HyperParameters
  public var problems: [Problem]
}

extension ConfigTable {
  /// Reads config.json. `embeddingRows` is the row count of the token embedding, for files that do
  /// not state their vocabulary.
  /// Throws `.damaged` for a missing or absurd number, `.unknown` for a value that would make the
  /// model another one.
  public func read(huggingFace config: JSON, file: String, embeddingRows: Int?)
    throws(FormatError) -> ReadConfig
  {
    let config = try flattened(config, file: file)
    var result = ReadConfig(parameters: HyperParameters(), problems: [])
    var consumed = ConfigTable.bookkeeping
    for entry in inReadingOrder {
      consumed.formUnion(entry.keys)
      try entry.read(
        config, file: file, embeddingRows: embeddingRows, into: &result.parameters,
        problems: &result.problems)
    }
    for (key, value) in config.members {
      let key = String(decoding: key, as: UTF8.self)
      guard !consumed.contains(key), !value.isNull else { continue }
      if key == "quantization_config" {
        throw FormatError(
          .unknown, "weights that are quantized in a way that nothing here reads", file: file,
          subject: key, expected: "fp8 with scales of blocks, or none",
          found: ConfigTable.excerpt(value),
          remedy: "Download the model's original weights, or a GGUF.")
      }
      result.problems.append(
        Problem(
          .warning, "unknown-config-key", subject: key,
          "config.json has a key that nothing here reads: \(ConfigTable.excerpt(value))",
          remedy: "If it changes what the model computes, the result is wrong: check its source."))
    }
    result.problems += ConfigTable.inconsistencies(of: config, result.parameters)
    try ConfigTable.check(result.parameters, file: file)
    return result
  }

  /// The keys of config.json that this family has, in order.
  public func huggingFace(_ parameters: HyperParameters, _ architecture: Architecture) -> JSONValue
  {
    var config: JSONValue = [
      "architectures": .array([.string(architecture.huggingFace[0])]),
      "model_type": .string(architecture.modelType),
    ]
    guard let part else {
      for entry in preface + entries { entry.write(parameters, into: &config) }
      return config
    }
    var own: JSONValue = [:]
    for entry in preface + entries { entry.write(parameters, into: &own) }
    return ConfigTable.nesting(part, own, in: config)
  }

  /// The decimal that a person wrote: the shortest that rounds to this float, as a double.
  static func decimal(_ value: Float) -> Double { Double("\(value)") ?? Double(value) }

  private static func excerpt(_ value: JSON) -> String {
    let text = JSONValue(value).serialized()
    return text.count > 60 ? text.prefix(57) + "..." : text
  }
}
