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
    var result = ReadConfig(parameters: HyperParameters(), problems: [])
    var consumed = ConfigTable.bookkeeping
    for entry in entries {
      switch entry {
      case .integer(let key, _, let field, let absent, _):
        consumed.insert(key)
        if let stated = config.present(key) {
          result.parameters[keyPath: field] = try ConfigTable.integer(
            stated.int, stated.numberText, key: key, file: file)
        } else {
          result.parameters[keyPath: field] = try ConfigTable.resolve(
            absent, key: key, file: file, result.parameters, embeddingRows: embeddingRows)
        }
      case .float(let key, _, let field, let absent):
        consumed.insert(key)
        result.parameters[keyPath: field] = try ConfigTable.float(
          config.present(key)?.double.map(Float.init) ?? absent, key: key, file: file)
      case .flag(let key, let field, let absent):
        consumed.insert(key)
        result.parameters[keyPath: field] = config.present(key)?.bool ?? absent
      case .rope:
        consumed.formUnion(RopeConfig.keys)
        let rope = try RopeConfig(huggingFace: config, file: file)
        result.parameters.ropeFreqBase = rope.base
        result.parameters.ropeScaling = rope.scaling
      case .expected(let key, let value, let fatal, let consequence):
        consumed.insert(key)
        guard let found = config.present(key), !ConfigTable.agrees(found, value) else { break }
        let text = JSONValue(found).serialized()
        if fatal {
          throw FormatError(
            .unknown, "\(consequence), which this family's description does not cover", file: file,
            subject: key, expected: value.serialized(), found: text)
        }
        result.problems.append(
          Problem(
            .warning, "config-value-not-applied", subject: key,
            "is \(text), which is not applied: \(consequence)"))
      case .dependent(let key, _): consumed.insert(key)
      case .fileType: break
      }
    }
    for (key, value) in config.members {
      let key = String(decoding: key, as: UTF8.self)
      guard !consumed.contains(key), !value.isNull else { continue }
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
    for entry in entries {
      switch entry {
      case .integer(let key, _, let field, _, _): config[key] = .int(parameters[keyPath: field])
      case .float(let key, _, let field, _):
        config[key] = .double(ConfigTable.decimal(parameters[keyPath: field]))
      case .flag(let key, let field, _): config[key] = .bool(parameters[keyPath: field])
      case .rope:
        for member in RopeConfig(parameters).huggingFace { config[member.key] = member.value }
      case .expected(let key, let value, _, _):
        if key != "layer_types" { config[key] = value }
      case .dependent, .fileType: break
      }
    }
    return config
  }

  /// The decimal that a person wrote: the shortest that rounds to this float, as a double.
  static func decimal(_ value: Float) -> Double { Double("\(value)") ?? Double(value) }

  private static func agrees(_ found: JSON, _ value: JSONValue) -> Bool {
    if found.kind == .array { return found.elements.allSatisfy { JSONValue($0) == value } }
    return JSONValue(found) == value
  }

  private static func excerpt(_ value: JSON) -> String {
    let text = JSONValue(value).serialized()
    return text.count > 60 ? text.prefix(57) + "..." : text
  }
}
