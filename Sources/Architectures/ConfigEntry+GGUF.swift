import Containers

/// A GGUF's statements, and what answers where it makes none.
struct GGUFNumbers {
  struct Statement {
    let key: String
    let field: ConfigEntry.Field<Int>
    let value: Int
  }

  let metadata: Metadata
  let prefix: String
  let file: String
  let evidence: ConfigTable.GGUFEvidence
  /// The remembered config.json.
  let remembered: JSON?

  func value(_ key: String?) -> MetadataValue? { key.flatMap { metadata[prefix + $0] } }
}

extension ConfigEntry {
  /// GGUF's keys, after the architecture's name, that this entry accounts for.
  var ggufKeys: [String] {
    switch self {
    case .integer(_, let keys, _, _, _, _): keys
    case .float(_, let key, _, _), .flag(_, _, _, let key): [key].compactMap(\.self)
    case .mapped(let number): [number.gguf].compactMap(\.self)
    case .remainder(_, let key, _, _), .constant(let key, _, _, _), .mark(_, _, _, let key): [key]
    case .gating: ["expert_gating_func"]
    case .rotatedShare: ["rope.dimension_count"]
    case .layers(let list): [list.gguf].compactMap(\.self)
    case .rope: Array(RopeConfig.ggufKeys)
    case .ropeSections: ["rope.dimension_sections"]
    case .multiplied(_, let key, _, _, _): [key]
    case .blocks(_, let drafts): ["block_count", drafts]
    case .count(_, _, let key, _): [key]
    case .ropePart(.logMultiplier): [RopeConfig.logMultiplierKey]
    case .computed, .denseLayers, .ropePart, .fileType, .expected, .implied, .dependent, .packing,
      .unused, .assumed, .unapplied:
      []
    }
  }

  /// Takes the entry's number from a GGUF; where that does not state it, from the remembered
  /// config.json; else it is what absence means.
  func read(
    _ source: GGUFNumbers, into parameters: inout HyperParameters,
    statements: inout [GGUFNumbers.Statement]
  ) throws(FormatError) {
    let (prefix, file) = (source.prefix, source.file)
    switch self {
    case .integer(let key, let keys, let field, let absent, _, let least):
      var stated: Int?
      for key in keys {
        guard let value = source.value(key) else { continue }
        let number = try ConfigTable.integer(
          value.int, nil, key: prefix + key, file: file, least: least)
        statements.append(.init(key: prefix + key, field: field, value: number))
        stated = number
      }
      if let earlier = statements.last(where: { $0.field == field }) { stated = earlier.value }
      if stated == nil, keys.isEmpty, let found = source.remembered?.present(key) {
        stated = try ConfigTable.integer(found.int, nil, key: key, file: file, least: least)
      }
      parameters[keyPath: field] =
        if let stated { stated } else {
          try ConfigTable.resolve(
            absent, key: prefix + (keys.first ?? key), file: file, parameters,
            embeddingRows: source.evidence.embeddingRows)
        }
    case .remainder(_, let key, let field, _):
      let number = try ConfigTable.integer(
        source.value(key)?.int, nil, key: prefix + key, file: file)
      statements.append(.init(key: prefix + key, field: field, value: number))
      parameters[keyPath: field] = number
    case .constant(let key, let field, let value, let otherwise):
      if let found = source.value(key), found.int != value {
        throw FormatError(
          .unknown, "differs from what every model of this family has", file: file,
          subject: prefix + key, expected: "\(value)",
          found: found.int.map(String.init) ?? "something else", remedy: otherwise)
      }
      parameters[keyPath: field] = value
    case .float(let key, let name, let field, let absent):
      let stated = source.value(name)?.double ?? source.remembered?.present(key)?.double
      parameters[keyPath: field] = try ConfigTable.float(
        stated.map(Float.init) ?? absent, key: prefix + (name ?? key), file: file)
    case .mapped(let number):
      let stated = source.value(number.gguf)?.double.map(Float.init)
      let known = source.remembered?.present(number.key)?.double.map { number.read($0, parameters) }
      parameters[keyPath: number.field] = try ConfigTable.float(
        stated ?? known ?? number.absent(parameters), key: prefix + number.key, file: file)
    case .computed(let field, let value): parameters[keyPath: field] = value(parameters)
    case .flag(let key, let field, let absent, let name):
      parameters[keyPath: field] =
        source.value(name)?.bool ?? source.remembered?.present(key)?.bool ?? absent
    case .mark(_, let field, _, let name):
      parameters[keyPath: field] = source.value(name)?.bool ?? false
    case .gating(_, let absent, _):
      parameters.expertGatingFunc = absent
      guard let found = source.value("expert_gating_func") else { break }
      guard let gating = found.int.flatMap(ExpertGating.init(rawValue:)) else {
        throw FormatError(
          .unknown, "a routing that this family's description does not cover", file: file,
          subject: prefix + "expert_gating_func", expected: "1 or 2",
          found: found.int.map(String.init) ?? "something else")
      }
      parameters.expertGatingFunc = gating
    case .rotatedShare(let key, let absent, _):
      if let found = source.value("rope.dimension_count") {
        parameters.ropeDimensionCount = try ConfigTable.integer(
          found.int, nil, key: prefix + "rope.dimension_count", file: file)
      } else {
        parameters.ropeDimensionCount = try ConfigTable.rotated(
          Double(parameters.keyLength) * absent, key: key, file: file)
      }
    case .layers(let list): try list.read(source, into: &parameters)
    case .rope(_, let base, let slidingBase, let truncates):
      try RopeConfig(source, parameters, absent: (base, slidingBase), truncates: truncates)
        .apply(to: &parameters)
    case .multiplied(let key, let name, let field, let factor, let absent):
      let factor = parameters[keyPath: factor]
      guard let found = source.value(name) else {
        parameters[keyPath: field] = source.remembered?.present(key)?.int ?? absent
        break
      }
      let product = try ConfigTable.integer(found.int, nil, key: prefix + name, file: file)
      guard factor > 0, product % factor == 0 else {
        throw FormatError(
          .damaged, "does not divide", file: file, subject: prefix + name,
          expected: "a multiple of \(factor)", found: "\(product)")
      }
      parameters[keyPath: field] = product / factor
    case .blocks(_, let drafts):
      func count(_ name: String, _ found: MetadataValue?, least: Int) throws(FormatError) -> Int {
        try ConfigTable.integer(found?.int, nil, key: prefix + name, file: file, least: least)
      }
      let all = try count("block_count", source.value("block_count"), least: 1)
      let drafting = try source.value(drafts).map { found throws(FormatError) in
        try count(drafts, found, least: 0)
      }
      parameters.nextnPredictLayers = drafting ?? 0
      parameters.blockCount = try ConfigTable.integer(
        all - parameters.nextnPredictLayers, nil, key: prefix + drafts, file: file)
    case .denseLayers:
      let layers = (0..<min(parameters.blockCount, ConfigTable.mostBlocks)).map {
        !source.evidence.has(.ffnGateInp, $0)
      }
      parameters.denseLayers = layers.contains(true) ? layers : []
    case .assumed(let key, let field, _, let gguf):
      parameters[keyPath: field] = source.remembered?.present(key)?.bool ?? gguf
    case .ropeSections(let absent, let interleaved):
      parameters.ropeSections = try RopeSections.read(source) ?? absent
      parameters.interleavesRopeSections = interleaved
    case .count(_, _, let key, let field):
      parameters[keyPath: field] = try ConfigTable.integer(
        source.value(key).map(\.int) ?? 0, nil, key: prefix + key, file: file, least: 0)
    case .ropePart(.logMultiplier):
      var rope = RopeConfig(parameters)
      try rope.takeLogMultiplier(source)
      rope.apply(to: &parameters)
    case .ropePart, .fileType, .expected, .implied, .dependent, .packing, .unused, .unapplied: break
    }
  }

  /// The entry's statements in a GGUF.
  func gguf(_ parameters: HyperParameters, prefix: String, fileType: UInt32) -> [Metadata.Entry] {
    switch self {
    case .integer(_, let keys, let field, let absent, let stated, _):
      let value = parameters[keyPath: field]
      let usual = try? ConfigTable.resolve(
        absent, key: "", file: "", parameters, embeddingRows: value)
      if stated == .never || (stated == .ifUnusual && usual == value) { return [] }
      return keys.map { (prefix + $0, .uint32(UInt32(clamping: value))) }
    case .remainder(_, let key, let field, _), .constant(let key, let field, _, _):
      return [(prefix + key, .uint32(UInt32(clamping: parameters[keyPath: field])))]
    case .float(_, let key, let field, let absent):
      let value = parameters[keyPath: field]
      if value == 0, absent == 0 { return [] }
      return key.map { [(prefix + $0, .float32(value))] } ?? []
    case .mapped(let number):
      return number.gguf.map { [(prefix + $0, .float32(parameters[keyPath: number.field]))] } ?? []
    case .flag(_, let field, _, let key):
      return key.map { [(prefix + $0, .bool(parameters[keyPath: field]))] } ?? []
    case .mark(_, let field, _, let key):
      return parameters[keyPath: field] ? [(prefix + key, .bool(true))] : []
    case .gating(_, let absent, let stated):
      let gating = parameters.expertGatingFunc
      if stated == .never || (stated == .ifUnusual && gating == absent) { return [] }
      return [(prefix + "expert_gating_func", .uint32(UInt32(gating.rawValue)))]
    case .rotatedShare(_, let absent, let stated):
      let count = parameters.rotatedLength
      let usual = Double(parameters.keyLength) * absent == Double(count)
      if stated == .never || (stated == .ifUnusual && usual) { return [] }
      return [(prefix + "rope.dimension_count", .uint32(UInt32(clamping: count)))]
    case .layers(let list):
      guard let key = list.gguf, let layers = list.stated(parameters) else { return [] }
      let bytes = layers.map { UInt8($0 ? 1 : 0) }
      return [(prefix + key, .array(.numbers(.bool, bytes)))]
    case .rope(let parts, _, _, _):
      return parts.flatMap { RopeConfig(parameters).gguf($0, prefix: prefix) }
    case .ropePart(let part): return RopeConfig(parameters).gguf(part, prefix: prefix)
    case .fileType: return [("general.file_type", .uint32(fileType))]
    case .ropeSections:
      let sections = parameters.ropeSections
      return sections.isEmpty
        ? [] : [(prefix + "rope.dimension_sections", RopeSections.gguf(sections))]
    case .count(_, _, let key, let field):
      return [(prefix + key, .uint32(UInt32(clamping: parameters[keyPath: field])))]
    case .multiplied(_, let key, let field, let factor, _):
      let product = parameters[keyPath: field].multipliedReportingOverflow(
        by: parameters[keyPath: factor])
      return [(prefix + key, .uint32(UInt32(clamping: product.partialValue)))]
    case .blocks:
      return [(prefix + "block_count", .uint32(UInt32(clamping: parameters.blockCount)))]
    case .computed, .denseLayers, .expected, .implied, .dependent, .packing, .unused, .assumed,
      .unapplied:
      return []
    }
  }
}

extension ConfigEntry.LayerList {
  func read(_ source: GGUFNumbers, into parameters: inout HyperParameters) throws(FormatError) {
    switch source.value(gguf) {
    case .array(.numbers(.bool, let bytes))?
    where bytes.count == parameters.blockCount + parameters.nextnPredictLayers:
      parameters[keyPath: field] = canonical(
        bytes.prefix(parameters.blockCount).map { $0 != 0 }, parameters)
    case let found?:
      let period = try ConfigTable.integer(
        found.int, nil, key: source.prefix + (gguf ?? ""), file: source.file, least: 0)
      parameters[keyPath: field] = usual(parameters, period: period)
    case nil:
      if let remembered = source.remembered {
        try read(remembered, file: ConfigTable.sourceKey, into: &parameters)
      } else if let periodKey, let found = source.value(periodKey) {
        let period = try ConfigTable.integer(
          found.int, nil, key: source.prefix + periodKey, file: source.file, least: 0)
        parameters[keyPath: field] = usual(parameters, period: period)
      } else {
        parameters[keyPath: field] = usual(parameters, period: period)
      }
    }
  }
}
