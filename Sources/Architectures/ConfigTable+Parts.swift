import Containers

extension ConfigTable {
  /// What is a matter of the whole model, which has the head, though a part may state it too.
  private static let ofWhole = ["tie_word_embeddings", "vision_config"]

  /// A config.json whose text model is a part, from that part's members.
  static func nesting(_ part: String, _ own: JSONValue, in config: JSONValue) -> JSONValue {
    var (config, own) = (config, own)
    for key in ofWhole {
      guard let value = own[key] else { continue }
      config[key] = value
      own[key] = nil
    }
    config[part] = own
    return config
  }

  /// config.json with the members of the text model's part among the others, and today's names. The
  /// part's come first where both state a key, as in llama.cpp's converter.
  func flattened(_ config: JSON, file: String) throws(FormatError) -> JSON {
    let own = part.flatMap { config.present($0) }
    let isOld = synonyms.keys.contains { config.present($0) != nil }
    guard own != nil || isOld else { return config }
    var members: [JSONValue.Member] = []
    var seen: Set<String> = Set([part].compactMap(\.self))
    for (source, isPart) in [(own, true), (config, false)] {
      guard let source else { continue }
      for (key, value) in source.members {
        let key = String(decoding: key, as: UTF8.self)
        if isPart, ConfigTable.ofWhole.contains(key), config.present(key) != nil { continue }
        let name = synonyms[key].map { source.present($0) == nil ? $0 : key } ?? key
        guard !value.isNull, seen.insert(name).inserted else { continue }
        members.append(JSONValue.Member(key: name, value: JSONValue(value)))
      }
    }
    return try JSON(Array(JSONValue.object(members).serialized().utf8), file: file)
  }
}
