import Containers

extension ConfigTable {
  /// config.json with the members of the text model's part among the others. The part's come first
  /// where both state a key, as in llama.cpp's converter.
  func flattened(_ config: JSON, file: String) throws(FormatError) -> JSON {
    guard let part, let own = config.present(part) else { return config }
    var members: [JSONValue.Member] = []
    var seen: Set<String> = [part]
    for source in [own, config] {
      for (key, value) in source.members {
        let key = String(decoding: key, as: UTF8.self)
        guard !value.isNull, seen.insert(key).inserted else { continue }
        members.append(JSONValue.Member(key: key, value: JSONValue(value)))
      }
    }
    return try JSON(Array(JSONValue.object(members).serialized().utf8), file: file)
  }
}
