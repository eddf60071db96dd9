import Checkpoints
import Containers

extension ConfigEntry {
  /// The keys of config.json that this entry accounts for.
  var keys: [String] {
    switch self {
    case .integer(let key, _, _, _, _, _), .float(let key, _, _, _), .flag(let key, _, _, _),
      .expected(let key, _, _, _, _), .dependent(let key, _), .rotatedShare(let key, _, _),
      .mark(let key, _, _, _), .remainder(let key, _, _, _), .implied(let key, _, _):
      [key]
    case .mapped(let number): [number.key]
    case .gating(let key, _, _): [key].compactMap(\.self)
    case .layers(let list): [list.key] + [list.periodKey].compactMap(\.self)
    case .rope: Array(RopeConfig.keys)
    case .unused(let keys): keys
    case .packing: ["quantization_config"]
    case .multiplied(let key, _, _, _, _): [key]
    case .blocks(let key, _): [key]
    case .denseLayers(let key, let step): [key, step]
    case .assumed(let key, _, _, _): [key]
    case .count(let part, _, _, _): [part]
    case .computed, .constant, .ropePart, .fileType, .ropeSections, .unapplied: []
    }
  }

  /// Takes the entry's number from config.json.
  func read(
    _ config: JSON, file: String, embeddingRows: Int?, into parameters: inout HyperParameters,
    problems: inout [Problem]
  ) throws(FormatError) {
    switch self {
    case .integer(let key, _, let field, let absent, _, let least):
      if let stated = config.present(key) {
        parameters[keyPath: field] = try ConfigTable.integer(
          stated.int, stated.numberText, key: key, file: file, least: least)
      } else {
        parameters[keyPath: field] = try ConfigTable.resolve(
          absent, key: key, file: file, parameters, embeddingRows: embeddingRows)
      }
    case .remainder(let key, _, let field, let other):
      let stated = config.present(key)
      let rest = try ConfigTable.integer(stated?.int, stated?.numberText, key: key, file: file)
      parameters[keyPath: field] = rest + parameters[keyPath: other]
    case .constant(_, let field, let value, _): parameters[keyPath: field] = value
    case .float(let key, _, let field, let absent):
      parameters[keyPath: field] = try ConfigTable.float(
        config.present(key)?.double.map(Float.init) ?? absent, key: key, file: file)
    case .mapped(let number):
      let value = config.present(number.key)?.double.map { number.read($0, parameters) }
      parameters[keyPath: number.field] = try ConfigTable.float(
        value ?? number.absent(parameters), key: number.key, file: file)
    case .computed(let field, let value): parameters[keyPath: field] = value(parameters)
    case .flag(let key, let field, let absent, _):
      parameters[keyPath: field] = config.present(key)?.bool ?? absent
    case .assumed(let key, let field, let absent, _), .mark(let key, let field, let absent, _):
      parameters[keyPath: field] = config.present(key)?.bool ?? absent
    case .gating(let key, let absent, _):
      parameters.expertGatingFunc = absent
      guard let key, let found = config.present(key) else { break }
      switch found.string {
      case "softmax": parameters.expertGatingFunc = .softmax
      case "sigmoid": parameters.expertGatingFunc = .sigmoid
      default:
        throw ConfigEntry.unknown(
          "a routing that this family's description does not cover", key, "softmax or sigmoid",
          found, file)
      }
    case .rotatedShare(let key, let absent, _):
      let share =
        config.present(key)?.double
        ?? config.present("rope_parameters")?.present("partial_rotary_factor")?.double ?? absent
      parameters.ropeDimensionCount = try ConfigTable.rotated(
        Double(parameters.keyLength) * share, key: key, file: file)
    case .layers(let list): try list.read(config, file: file, into: &parameters)
    case .rope(_, let base, let slidingBase, _):
      let rope = try RopeConfig(
        huggingFace: config, parameters, file: file, absent: (base, slidingBase))
      rope.apply(to: &parameters)
    case .expected(let key, let value, let others, let fatal, let consequence):
      guard let found = config.present(key),
        !([value] + others).contains(where: { ConfigEntry.agrees(found, $0) })
      else { break }
      if fatal {
        throw ConfigEntry.unknown(
          "\(consequence), which this family's description does not cover", key, value.serialized(),
          found, file)
      }
      problems.append(
        Problem(
          .warning, "config-value-not-applied", subject: key,
          "is \(JSONValue(found).serialized()), which is not applied: \(consequence)"))
    case .packing(let method):
      if let found = config.present("quantization_config"),
        found.present("quant_method")?.string != method
      {
        throw ConfigEntry.unknown(
          "a way of packing weights that this family's description does not cover",
          "quantization_config", "quant_method \(method)", found, file)
      }
    case .multiplied(let key, _, let field, _, let absent):
      let found = config.present(key)
      parameters[keyPath: field] =
        found == nil
        ? absent
        : try ConfigTable.integer(found?.int, found?.numberText, key: key, file: file)
    case .blocks(let key, _):
      let found = config.present(key)
      parameters.blockCount = try ConfigTable.integer(
        found?.int, found?.numberText, key: key, file: file)
    case .denseLayers(let key, let step):
      parameters.denseLayers = try ConfigEntry.denseLayers(
        config, key: key, step: step, parameters.blockCount, file: file)
    case .ropeSections(let absent, let interleaved):
      parameters.ropeSections = try RopeSections.read(config, file: file) ?? absent
      parameters.interleavesRopeSections = interleaved
    case .count(let part, let key, _, let field):
      let list = config.present(part)?.present(key)
      parameters[keyPath: field] = try ConfigTable.integer(
        list?.count ?? 0, nil, key: key, file: file, least: 0)
    case .implied(let key, let consequence, let values):
      guard let found = config.present(key) else { break }
      let known = values(parameters)
      guard !known.contains(where: { ConfigEntry.agrees(found, $0) }) else { break }
      throw ConfigEntry.unknown(
        "\(consequence), which this family's description does not cover", key,
        known.map { $0.serialized() }.joined(separator: " or "), found, file)
    case .dependent, .unused, .ropePart, .fileType, .unapplied: break
    }
  }

  private static func denseLayers(
    _ config: JSON, key: String, step: String, _ blockCount: Int, file: String
  ) throws(FormatError) -> [Bool] {
    let period = config.present(step)
    let step = try ConfigTable.integer(
      period?.int ?? (period == nil ? 1 : nil), period?.numberText, key: step, file: file)
    let listed = Set(config.present(key)?.elements.compactMap(\.int) ?? [])
    let layers = (0..<min(blockCount, ConfigTable.mostBlocks)).map {
      listed.contains($0) || ($0 + 1) % step != 0
    }
    return layers.contains(true) ? layers : []
  }

  /// Puts the entry's keys into a config.json.
  func write(_ parameters: HyperParameters, into config: inout JSONValue) {
    switch self {
    case .integer(let key, _, let field, let absent, _, let least):
      let value = parameters[keyPath: field]
      if value > 0 || least == 0 {
        let isNone = if case .number(0) = absent { value == 0 } else { false }
        config[key] = isNone ? .null : .int(value)
      }
    case .remainder(let key, _, let field, let other):
      config[key] = .int(parameters[keyPath: field] - parameters[keyPath: other])
    case .implied(let key, _, let values): config[key] = values(parameters).first
    case .float(let key, _, let field, let absent):
      // 0 is "none" where a model need not have the number.
      let value = parameters[keyPath: field]
      config[key] = value == 0 && absent == 0 ? .null : .double(ConfigTable.decimal(value))
    case .mapped(let number):
      config[number.key] = .double(number.write(parameters[keyPath: number.field], parameters))
    case .flag(let key, let field, _, _), .assumed(let key, let field, _, _),
      .mark(let key, let field, _, _):
      config[key] = .bool(parameters[keyPath: field])
    case .gating(let key, _, _):
      if let key {
        config[key] = .string(parameters.expertGatingFunc == .sigmoid ? "sigmoid" : "softmax")
      }
    case .rotatedShare(let key, _, _):
      config[key] = .double(Double(parameters.rotatedLength) / Double(parameters.keyLength))
    case .layers(let list):
      if let layers = list.stated(parameters) {
        config[list.key] = .array(layers.map { $0 ? list.kind : list.other })
      }
    case .rope:
      for member in RopeConfig(parameters).huggingFace { config[member.key] = member.value }
    case .expected(let key, let value, _, _, _): if key != "layer_types" { config[key] = value }
    case .multiplied(let key, _, let field, _, _): config[key] = .int(parameters[keyPath: field])
    case .blocks(let key, _): config[key] = .int(parameters.blockCount)
    case .denseLayers(let key, let step):
      config[key] = .array(
        parameters.denseLayers.enumerated().filter(\.element).map { .int($0.offset) })
      config[step] = 1
    case .count(let part, let key, _, let field):
      // Only their number matters to what is written of the text model.
      config[part] = [key: .array((0..<parameters[keyPath: field]).map(JSONValue.int))]
    // How weights are packed is up to whoever writes them.
    case .computed, .constant, .dependent, .unused, .packing, .ropePart, .fileType, .ropeSections,
      .unapplied:
      break
    }
  }

  private static func agrees(_ found: JSON, _ value: JSONValue) -> Bool {
    if found.kind == .array { return found.elements.allSatisfy { JSONValue($0) == value } }
    return JSONValue(found) == value
  }

  static func unknown(
    _ message: String, _ key: String, _ expected: String, _ found: JSON, _ file: String
  ) -> FormatError {
    FormatError(
      .unknown, message, file: file, subject: key, expected: expected,
      found: JSONValue(found).serialized())
  }
}

extension ConfigEntry.LayerList {
  func read(_ config: JSON, file: String, into parameters: inout HyperParameters)
    throws(FormatError)
  {
    if let found = config.present(key) {
      let kinds = found.elements.map { JSONValue($0) }
      guard kinds.count == parameters.blockCount, kinds.allSatisfy({ $0 == kind || $0 == other })
      else {
        throw ConfigEntry.unknown(
          "layers that this family's description does not cover", key,
          "\(parameters.blockCount) of \(kind.serialized()) and \(other.serialized())", found, file)
      }
      parameters[keyPath: field] = canonical(kinds.map { $0 == kind }, parameters)
      return
    }
    var period = period
    if let periodKey, let found = config.present(periodKey) {
      period = try ConfigTable.integer(
        found.int, found.numberText, key: periodKey, file: file, least: 0)
    }
    parameters[keyPath: field] = usual(parameters, period: period)
  }
}

extension ConfigTable {
  static func rotated(_ value: Double, key: String, file: String) throws(FormatError) -> Int {
    // A share such as 1/3 is not exact.
    guard value.isFinite, value >= 2, value <= 65_536 else {
      throw FormatError(
        .damaged, "is not a sane share", file: file, subject: key, found: "\(value) elements")
    }
    return Int(value + 1e-6)
  }
}
