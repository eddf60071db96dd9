import Containers

extension PostProcessor {
  /// `TemplateProcessing`, for one text. The template for pairs is never used.
  init(template component: Component, count: Int) throws(FormatError) {
    var ids: [ByteString: [Int]] = [:]
    guard let specials = component.json?["special_tokens"], specials.kind == .object else {
      throw component.damaged("special_tokens", expected: "an object")
    }
    for (name, special) in specials.members {
      let list = special["ids"]?.elements.map(\.int) ?? []
      guard list.allSatisfy({ $0.map { (0..<count).contains($0) } ?? false }) else {
        throw component.damaged("special_tokens", expected: "ids of the vocabulary")
      }
      ids[ByteString(name)] = list.compactMap { $0 }
    }
    template = []
    for part in try component.parts("single") {
      if let name = part["SpecialToken"]?["id"]?.bytes {
        guard let ids = ids[name] else {
          throw component.damaged("single", expected: "a token that special_tokens defines")
        }
        template += ids.map { Part.id($0) }
      } else if part["Sequence"]?["id"]?.string == "A" {
        template.append(.text)
      } else {
        throw component.unsupported("single", part)
      }
    }
  }
}
