import Containers
import Tokenizers

/// Tokens as people read them: white space shows, and nothing in them can command a terminal.
public struct TokenText: Sendable {
  private let tokenizer: Tokenizer?
  private static let longest = 160

  public init(_ tokenizer: Tokenizer?) { self.tokenizer = tokenizer }

  /// One token. Spaces show, as they decide which token it is; bytes that are no characters are
  /// spelled.
  public func word(_ id: Int) -> String {
    guard let tokenizer else { return "#\(id)" }
    let bytes = tokenizer.decode([id], skipSpecial: false)
    guard !bytes.isEmpty else { return "#\(id)" }
    guard let text = ByteString(bytes).validText else {
      return bytes.prefix(16).map { "\\x" + String($0, radix: 16, uppercase: true) }.joined()
    }
    let scalars = text.unicodeScalars
    return TokenText.visible(scalars.prefix(TokenText.longest / 4), space: "␣")
      + (scalars.count > TokenText.longest / 4 ? "…" : "")
  }

  /// Running text that ends with the last of these; nil without a tokenizer.
  public func passage(_ ids: [Int]) -> String? {
    guard let tokenizer else { return nil }
    let text = ByteString(tokenizer.decode(ids, skipSpecial: false)).text
    // A character may have been cut where the passage begins.
    let scalars = text.unicodeScalars.drop { $0 == "\u{FFFD}" }
    return (scalars.count > TokenText.longest ? "…" : "")
      + TokenText.visible(scalars.suffix(TokenText.longest), space: " ")
  }

  private static func visible(_ scalars: some Sequence<Unicode.Scalar>, space: String) -> String {
    scalars.reduce(into: "") { text, scalar in
      switch scalar {
      case " ": text += space
      case "\n": text += "⏎"
      case "\t": text += "⇥"
      // Joiners belong to words and to emoji.
      case "\u{200C}", "\u{200D}": text.unicodeScalars.append(scalar)
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
          .paragraphSeparator:
          text += "‹U+\(String(scalar.value, radix: 16, uppercase: true))›"
        default: text.unicodeScalars.append(scalar)
        }
      }
    }
  }
}
