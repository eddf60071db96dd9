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
      let start = result.count
      let continues = index > 0 && token.starts(with: prefix)
      if index > 0, !continues { result.append(UInt8(ascii: " ")) }
      result += continues ? token.dropFirst(prefix.count) : token
      if cleansUp, ContinuedWords.mayNeedCleaning(result[start...]) {
        let clean = ContinuedWords.cleanedUp(Array(result[start...]))
        result.replaceSubrange(start..., with: clean)
      }
    }
  }

  /// English as it is written: what tokenizing put spaces before.
  private static let cleanups: [(old: String, new: String)] = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
    (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ]

  /// Whether a space stands before what any of the changes begins with.
  private static func mayNeedCleaning(_ text: ArraySlice<UInt8>) -> Bool {
    zip(text, text.dropFirst()).contains { first, second in
      first == UInt8(ascii: " ") && ".?!,'nd".utf8.contains(second)
    }
  }

  static func cleanedUp(_ text: [UInt8]) -> [UInt8] {
    guard mayNeedCleaning(text[...]) else { return text }
    return cleanups.reduce(text) { text, change in
      text[...].replacing(Array(change.old.utf8), with: Array(change.new.utf8))
    }
  }
}
