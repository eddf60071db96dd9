import Containers

/// The pairs that rope gives to time, height and width. In text all three are the position, so they
/// change nothing that is computed here; both conventions state them.
enum RopeSections {
  static func read(_ config: JSON, file: String) throws(FormatError) -> [Int]? {
    let recipe = config.present("rope_parameters") ?? config.present("rope_scaling")
    guard let found = recipe?.present("mrope_section") else { return nil }
    return try checked(found.elements.map(\.int), key: "mrope_section", file: file)
  }

  static func read(_ source: GGUFNumbers) throws(FormatError) -> [Int]? {
    let key = "rope.dimension_sections"
    guard let found = source.value(key) else { return nil }
    var sections = found.array?.ints ?? []
    // GGUF has room for a fourth.
    if sections.count == 4, sections.last == 0 { sections.removeLast() }
    return try checked(sections, key: source.prefix + key, file: source.file)
  }

  static func gguf(_ sections: [Int]) -> MetadataValue {
    .array(.int32((sections + [0, 0, 0, 0]).prefix(4).map { Int32(clamping: $0) }))
  }

  /// As members of rope's recipe in config.json. Whether the sections take turns among the pairs,
  /// instead of following each other, is a matter of the family.
  static func huggingFace(_ sections: [Int], areInterleaved: Bool) -> [JSONValue.Member] {
    let members = [
      JSONValue.Member(
        key: "mrope_section", value: .array(sections.map(JSONValue.int)))
    ]
    return areInterleaved ? members + [.init(key: "mrope_interleaved", value: true)] : members
  }

  private static func checked(_ sections: [Int?], key: String, file: String) throws(FormatError)
    -> [Int]
  {
    let known = sections.compactMap(\.self)
    guard sections.count == 3, known.count == 3, known.allSatisfy({ (0...65_536).contains($0) })
    else {
      throw FormatError(
        .damaged, "are not three numbers of pairs", file: file, subject: key,
        found: "\(sections.count) values")
    }
    return known
  }
}
