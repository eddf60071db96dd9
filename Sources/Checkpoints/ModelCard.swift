import Containers
import Foundation

/// The YAML front matter of a README.md: what its author says of licence, origin and language.
///
/// Reads the YAML that model cards are written in and no more: a mapping of scalars, quoted or
/// plain, and of lists, as blocks or in brackets. Whatever else a value may be (a nested mapping, an
/// anchor, a block of text) is `.other`; who needs that value reports it. Time and memory grow with
/// the text, of which at most `byteLimit` bytes are looked at.
public struct ModelCard: Sendable, Equatable {
  public enum Value: Sendable, Equatable {
    /// `key:`, `~` or `null`.
    case none
    case text(String)
    case list([Value])
    case other
  }

  /// A megabyte; the longest real cards have a tenth of it before their text begins.
  public static let byteLimit = 1 << 20

  private let values: [String: Value]
  /// The first line that is no part of a mapping; nil where all were understood.
  public let strangeLine: String?

  public subscript(key: String) -> Value? { values[key] }

  /// Nil where the text begins with no front matter, or with one that does not end.
  public init?(readme bytes: [UInt8]) {
    let text = String(decoding: bytes.prefix(ModelCard.byteLimit), as: UTF8.self)
    // "\r\n" is one character, and a newline.
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") else {
      return nil
    }
    var values: [String: Value] = [:]
    var strange: String?
    var block: (key: String, lines: [Substring])?
    for line in lines[1..<end] {
      let isBlank = line.allSatisfy(\.isWhitespace)
      if isBlank || line.first == "#" { continue }
      // A list may stand as far left as its key.
      if " \t]".contains(line.prefix(1)) || line == "-" || line.hasPrefix("- ") {
        if block == nil { strange = strange ?? String(line) }
        block?.lines.append(line)
        continue
      }
      if let block { values[block.key] = CardValue.parse(block.lines) }
      block = nil
      if let (key, rest) = CardValue.split(line) {
        block = (key, [rest])
      } else {
        strange = strange ?? String(line)
      }
    }
    if let block { values[block.key] = CardValue.parse(block.lines) }
    self.values = values
    strangeLine = strange
  }
}

extension ModelCard.Value {
  /// The text of a scalar; of a list its texts, with commas.
  public var text: String? {
    switch self {
    case .text(let text): text
    case .list: texts.joined(separator: ",")
    case .none, .other: nil
    }
  }
  /// The texts of a list; of a scalar, itself.
  public var texts: [String] {
    switch self {
    case .text(let text): [text]
    case .list(let items): items.compactMap { if case .text(let text) = $0 { text } else { nil } }
    case .none, .other: []
    }
  }
  /// Whether all of it was understood.
  public var isWhole: Bool {
    switch self {
    case .none, .text: true
    case .list(let items): !items.contains(.other)
    case .other: false
    }
  }
}

extension Checkpoint {
  /// The front matter of README.md; nil where there is none.
  public func modelCard() throws(FormatError) -> ModelCard? {
    let path = path(of: .readme)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return ModelCard(readme: try FileBytes(path: path).prefix(ModelCard.byteLimit))
  }
}
