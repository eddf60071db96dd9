import Containers

/// The `model` of a tokenizer.json of type BPE.
struct BPEFile {
  let component: Component
  let tokens: TokenStore
  let merges: PairTable
  let results: [UInt32]

  init(_ component: Component) throws(FormatError) {
    self.component = component
    if let dropout = component.json?.present("dropout"), dropout.double != 0 {
      throw component.unsupported("dropout", dropout)
    }
    tokens = try TokenStore(component)
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
      unknown.bytes = tokens.byteTokens
    }
    return BPE(
      vocabulary: tokens, merges: merges, results: results, unknown: unknown,
      prefix: try component.string("continuing_subword_prefix")?.bytes ?? [],
      suffix: try component.string("end_of_word_suffix")?.bytes ?? [],
      ignoresMerges: try component.bool("ignore_merges", default: false), readsBytes: readsBytes)
  }

  var ignoresMerges: Bool { component.json?["ignore_merges"]?.bool ?? false }

  private static func merges(_ component: Component, _ tokens: TokenStore) throws(FormatError) -> (
    PairTable, [UInt32]
  ) {
    guard let list = component.json?["merges"], list.kind == .array else {
      throw component.damaged("merges", expected: "an array")
    }
    var builder = MergeBuilder(
      tokens, prefix: try component.string("continuing_subword_prefix")?.count ?? 0,
      count: list.count)
    func malformed() -> FormatError {
      component.damaged("merges", expected: "strings, or arrays of two strings")
    }
    for entry in list.elements {
      if entry.kind == .array {
        var parts = entry.elements
        guard entry.count == 2, let left = parts.next()?.slice, let right = parts.next()?.slice
        else { throw malformed() }
        try builder.append(left, right)
      } else {
        guard let line = entry.slice else { throw malformed() }
        if line.starts(with: "#version".utf8) { continue }
        guard let space = line.firstIndex(of: UInt8(ascii: " ")),
          !line[(space + 1)...].contains(UInt8(ascii: " "))
        else { throw builder.malformed(line) }
        try builder.append(line[..<space], line[(space + 1)...])
      }
    }
    return (builder.merges, builder.results)
  }
}
