import Chat
import Containers
import Foundation
import TestSupport

/// What the reference recorded; see Fixtures/record/chat_templates.py.
enum Goldens {
  static func json(_ path: String) throws -> JSON {
    try JSON(try FileBytes(path: Fixture.path(path)).contents(), file: path)
  }

  static let templates: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: Fixture.path("chat/templates"))) ?? [])
    .filter { $0.hasSuffix(".json") }.sorted()

  static let conversations: [String: Conversation] = {
    guard let json = try? json("chat/conversations.json") else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: json.members.map { member in
        (String(decoding: member.key, as: UTF8.self), conversation(member.value))
      })
  }()

  private static func conversation(_ json: JSON) -> Conversation {
    func list(_ key: String) -> [JSONValue]? { json[key]?.elements.map { JSONValue($0) } }
    var variables: [JSONValue.Member] = []
    if case .object(let members) = json["more"].map({ JSONValue($0) }) { variables = members }
    return Conversation(
      messages: list("messages") ?? [], tools: list("tools"), documents: list("documents"),
      addsGenerationPrompt: json["add_generation_prompt"]?.bool ?? false,
      variables: variables)
  }

  /// When the recordings were made, or so they were told.
  static let clock = TemplateClock.stopped(
    at: Date(timeIntervalSince1970: 1_720_098_309.123456))

  /// What came of a rendering: the text, or the kind of error with the template's own words.
  enum Outcome: Equatable {
    case text(String)
    case error(String, String)

    init(_ json: JSON?) {
      if let text = json?["text"]?.string {
        self = .text(text)
      } else {
        self = .error(json?["error"]?.string ?? "", json?["message"]?.string ?? "")
      }
    }

    init(_ render: () throws(TemplateError) -> String) {
      do throws(TemplateError) { self = .text(try render()) } catch {
        self = .error(error.kind.rawValue, error.kind == .raised ? error.message : "")
      }
    }

    /// Scalars, not characters: equal text that is spelled differently is a difference.
    static func == (a: Outcome, b: Outcome) -> Bool {
      switch (a, b) {
      case (.text(let a), .text(let b)): a.unicodeScalars.elementsEqual(b.unicodeScalars)
      case (.error(let a, let x), .error(let b, let y)): a == b && x == y
      default: false
      }
    }
  }
}
