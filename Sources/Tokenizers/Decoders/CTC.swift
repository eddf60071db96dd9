import Containers

/// `CTC`: a token that repeats counts once, and padding not at all.
struct CTC: Sendable {
  private let padding: [UInt8]
  private let delimiter: [UInt8]
  private let cleansUp: Bool

  init(_ component: Component) throws(FormatError) {
    padding = try component.bytes("pad_token")
    delimiter = try component.bytes("word_delimiter_token")
    cleansUp = try component.bool("cleanup")
  }

  func apply(to tokens: inout DecodedTokens) {
    var result = DecodedTokens(EmptyCollection())
    var last: ArraySlice<UInt8>?
    tokens.forEach { _, token in
      defer { last = token }
      if let last, last.elementsEqual(token) { return }
      var word = token.replacing(padding, with: [])
      if cleansUp {
        word = ContinuedWords.cleanedUp(word)[...].replacing(delimiter, with: [UInt8(ascii: " ")])
      }
      if !word.isEmpty { result.append(word) }
    }
    tokens = result
  }
}
