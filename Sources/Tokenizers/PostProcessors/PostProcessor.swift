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
    var segments: [[Part]] = [[.text]]
    try PostProcessor.apply(Component(json, "post_processor"), to: &segments, count: count)
    template = Array(segments.joined())
  }

  /// Each processor of a sequence sees what the one before it made: the segments of a template, or of
  /// the text alone.
  private static func apply(
    _ component: Component, to segments: inout [[Part]], count: Int
  ) throws(FormatError) {
    switch component.type {
    // ByteLevel only moves offsets.
    case nil, "ByteLevel": break
    case "TemplateProcessing":
      segments = try TemplateProcessing(component, count: count).apply(to: segments)
    case "BertProcessing":
      segments = try PairProcessing(component, count: count).apply(to: segments, joint: [])
    case "RobertaProcessing":
      let pair = try PairProcessing(component, count: count)
      segments = pair.apply(to: segments, joint: [.id(pair.separator)])
    case "Sequence":
      for part in try component.parts("processors") {
        try apply(Component(part, "post_processor"), to: &segments, count: count)
      }
    case let other?: throw component.unknown(other)
    }
    // A template that repeats the text, in a sequence of such, grows without bound.
    let parts = segments.joined()
    guard parts.count <= 1024, parts.count(where: { $0 == .text }) <= 8 else {
      throw component.unsupported("single", nil)
    }
  }

  /// Without `addSpecial` only the text's places count.
  func apply(to ids: [Int], addSpecial: Bool) -> [Int] {
    let template = addSpecial ? template : template.filter { $0 == .text }
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
