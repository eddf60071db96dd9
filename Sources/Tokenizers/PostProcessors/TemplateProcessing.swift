import Containers

/// `TemplateProcessing`: special tokens around one segment, or around two.
struct TemplateProcessing {
  private enum Piece {
    case segment(Int)
    case ids([Int])
  }

  private let single: [Piece]
  /// Used only where another processor made two segments of a text.
  private let pair: [Piece]?
  private let component: Component

  init(_ component: Component, count: Int) throws(FormatError) {
    self.component = component
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
    single = try TemplateProcessing.pieces(component, "single", segments: ["A"], ids)
    pair =
      component.json?.present("pair") == nil
      ? nil : try TemplateProcessing.pieces(component, "pair", segments: ["A", "B"], ids)
  }

  private static func pieces(
    _ component: Component, _ key: String, segments: [String], _ ids: [ByteString: [Int]]
  ) throws(FormatError) -> [Piece] {
    var pieces: [Piece] = []
    for part in try component.parts(key) {
      if let name = part["SpecialToken"]?["id"]?.bytes {
        guard let ids = ids[name] else {
          throw component.damaged(key, expected: "a token that special_tokens defines")
        }
        pieces.append(.ids(ids))
      } else if let segment = segments.firstIndex(where: { $0 == part["Sequence"]?["id"]?.string })
      {
        pieces.append(.segment(segment))
      } else {
        throw component.unsupported(key, part)
      }
    }
    return pieces
  }

  func apply(to segments: [[PostProcessor.Part]]) throws(FormatError) -> [[PostProcessor.Part]] {
    let template = segments.count == 1 ? single : pair
    guard (1...2).contains(segments.count), let template else {
      throw component.unsupported(
        "pair, behind a processor that makes \(segments.count) segments", nil)
    }
    return template.map { piece in
      switch piece {
      case .segment(let index): segments[index]
      case .ids(let ids): ids.map { .id($0) }
      }
    }
  }
}
