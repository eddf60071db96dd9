import Containers

/// The `model` of a tokenizer.json of type BPE.
struct BPEFile {
  let component: Component
  let tokens: TokenStore
  let merges: PairTable
  let results: [UInt32]

  init(_ json: JSON?) throws(FormatError) {
    component = Component(json, "model")
    // Files of early versions have no type.
    guard component.type == "BPE" || json?["type"] == nil && json?["merges"] != nil else {
      throw component.unknown(component.type ?? "none")
    }
    if let dropout = json?.present("dropout"), dropout.double != 0 {
      throw component.unsupported("dropout", dropout)
    }
    tokens = try BPEFile.tokens(component)
    (merges, results) = try BPEFile.merges(component, tokens)
  }

  func model(readsBytes: Bool) throws(FormatError) -> BPE {
    var unknown = BPE.Unknown()
    if let token = try component.string("unk_token") {
      guard let id = tokens.id(token.bytes) else {
        throw component.damaged("unk_token", expected: "a token of the vocabulary")
      }
      unknown.id = UInt32(id)
    }
    unknown.isFused = try component.bool("fuse_unk", default: false)
    if try component.bool("byte_fallback", default: false) {
      unknown.bytes = (0..<256).map { byte in
        let digits = String(byte, radix: 16, uppercase: true)
        return tokens.id("<0x\(byte < 16 ? "0" : "")\(digits)>".utf8).map { UInt32($0) }
          ?? BPE.missing
      }
    }
    return BPE(
      vocabulary: tokens, merges: merges, results: results, unknown: unknown,
      prefix: try component.string("continuing_subword_prefix")?.bytes ?? [],
      suffix: try component.string("end_of_word_suffix")?.bytes ?? [],
      ignoresMerges: try component.bool("ignore_merges", default: false), readsBytes: readsBytes)
  }

  var ignoresMerges: Bool { component.json?["ignore_merges"]?.bool ?? false }

  private static func tokens(_ component: Component) throws(FormatError) -> TokenStore {
    guard let vocabulary = component.json?["vocab"], vocabulary.kind == .object else {
      throw component.damaged("vocab", expected: "an object")
    }
    // Memory follows the largest id: one that no real vocabulary has is refused.
    let limit = vocabulary.count * 4 + 65_536
    var tokens = TokenStore(capacity: vocabulary.count, bytes: vocabulary.count * 8)
    for (text, value) in vocabulary.members {
      guard let id = value.int, (0..<limit).contains(id) else {
        throw FormatError(
          .damaged, "a token has an impossible id", subject: ByteString(text).text,
          expected: "a whole number below \(limit)", found: value.numberText ?? "\(value.kind)")
      }
      switch tokens.insert(text, id: id) {
      case .inserted: break
      case .sameID, .sameText:
        throw FormatError(
          .damaged, "two tokens have one id", subject: ByteString(text).text,
          found: "\(id), which is also \(ByteString(tokens.slice(id)))")
      }
    }
    return tokens
  }

  private static func merges(_ component: Component, _ tokens: TokenStore) throws(FormatError) -> (
    PairTable, [UInt32]
  ) {
    guard let list = component.json?["merges"], list.kind == .array else {
      throw component.damaged("merges", expected: "an array")
    }
    var builder = MergeBuilder(
      tokens, prefix: try component.string("continuing_subword_prefix")?.count ?? 0,
      count: list.count)
    for entry in list.elements {
      let pair = entry.kind == .array ? entry.elements.compactMap(\.bytes?.bytes) : nil
      if let pair, pair.count == 2, entry.count == 2 {
        try builder.append(pair[0][...], pair[1][...])
      } else if let line = entry.bytes?.bytes {
        if line.starts(with: "#version".utf8) { continue }
        let parts = line.split(
          separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw builder.malformed(line[...]) }
        try builder.append(parts[0], parts[1])
      } else {
        throw component.damaged("merges", expected: "strings, or arrays of two strings")
      }
    }
    return (builder.merges, builder.results)
  }
}
