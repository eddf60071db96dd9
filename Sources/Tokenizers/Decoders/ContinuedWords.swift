import Containers

/// `WordPiece`, a decoder: a space before every token but the first, unless it continues a word.
struct ContinuedWords: Sendable {
  private let prefix: [UInt8]
  private let cleansUp: Bool

  init(_ component: Component) throws(FormatError) {
    prefix = try component.bytes("prefix")
    cleansUp = try component.bool("cleanup")
  }

  func apply(to tokens: inout DecodedTokens) {
    tokens.rewrite { index, token, result in
      var word: [UInt8] = []
      if index > 0, !token.starts(with: prefix) { word.append(UInt8(ascii: " ")) }
      word += index > 0 && token.starts(with: prefix) ? token.dropFirst(prefix.count) : token
      result += cleansUp ? ContinuedWords.cleanedUp(word) : word
    }
  }

  /// English as it is written: what tokenizing put spaces before.
  private static let cleanups: [(old: String, new: String)] = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
    (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ]

  static func cleanedUp(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(UInt8(ascii: " ")) else { return text }
    return cleanups.reduce(text) { text, change in
      text[...].replacing(Array(change.old.utf8), with: Array(change.new.utf8))
    }
  }
}
