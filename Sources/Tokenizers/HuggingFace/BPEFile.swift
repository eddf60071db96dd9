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
    try list.forEachElement { (kind, strings, text) throws(FormatError) in
      switch (kind, strings.count) {
      case (.array, 2): try builder.append(text, strings[0], strings[1])
      case (.string, 1): try append(line: strings[0], of: text, to: &builder)
      default:
        throw component.damaged("merges", expected: "strings, or arrays of two strings")
      }
    }
    return (builder.merges, builder.results)
  }

  private static let version = Array("#version".utf8)

  private static func append(
    line: Range<Int>, of text: Span<UInt8>, to builder: inout MergeBuilder
  ) throws(FormatError) {
    var space: Int?
    var isSplit = true
    for place in line where text[place] == UInt8(ascii: " ") {
      isSplit = space == nil
      space = space ?? place
    }
    if line.count >= version.count,
      version.indices.allSatisfy({ text[line.lowerBound + $0] == version[$0] })
    {
      return
    }
    guard let space, isSplit else {
      throw builder.malformed(line.map { text[$0] }[...])
    }
    try builder.append(text, line.lowerBound..<space, space + 1..<line.upperBound)
  }
}
