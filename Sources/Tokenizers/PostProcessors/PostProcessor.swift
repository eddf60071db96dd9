import Containers

/// What is put around the ids of a text: a template of ids and of the text's place.
struct PostProcessor: Sendable {
  enum Part: Sendable, Equatable {
    case text
    case id(Int)
  }

  var template: [Part]

  static let identity = PostProcessor(template: [.text])

  init(template: [Part]) { self.template = template }

  /// From a `post_processor` of tokenizer.json.
  init(_ json: JSON?, count: Int) throws(FormatError) {
    let component = Component(json, "post_processor")
    switch component.type {
    // ByteLevel only moves offsets.
    case nil, "ByteLevel": self = .identity
    case "TemplateProcessing": self = try PostProcessor(template: component, count: count)
    case "Sequence":
      self = .identity
      for part in try component.parts("processors") {
        // Each one sees what the one before it made.
        let next = try PostProcessor(part, count: count)
        template = next.template.flatMap { $0 == .text ? template : [$0] }
      }
    case let other?: throw component.unknown(other)
    }
  }

  func apply(to ids: [Int]) -> [Int] {
    if template == [.text] { return ids }
    return template.flatMap { part in
      switch part {
      case .text: ids
      case .id(let id): [id]
      }
    }
  }

  /// Ids before the text, and after it.
  var leading: [Part] { Array(template.prefix { $0 != .text }) }
  var trailing: [Part] { Array(template.reversed().prefix { $0 != .text }.reversed()) }
}
