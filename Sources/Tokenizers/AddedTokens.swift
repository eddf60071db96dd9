import Containers

/// One entry of `added_tokens`: text that is a token of its own wherever it stands.
struct AddedToken: Sendable {
  var id: Int
  var content: ByteString
  var isSingleWord = false
  var stripsLeft = false
  var stripsRight = false
  /// Looked for in normalized text, and itself normalized.
  var isNormalized = false
  var isSpecial = false
}

/// Finds added tokens in text: the leftmost, and of those the longest.
struct AddedTokens: Sendable {
  enum Part {
    case text(Range<Int>)
    case token(Int)
  }

  /// A hostile text could otherwise make every byte of it the start of a long comparison.
  static let lengthLimit = 4096

  private var tokens: [AddedToken] = []
  /// The index of each token by its spelling.
  private var spellings = ByteTrie()
  private var starts = [Bool](repeating: false, count: 256)

  var isEmpty: Bool { tokens.isEmpty }

  mutating func insert(_ token: AddedToken, spelled content: [UInt8]) {
    guard let first = content.first else { return }
    if spellings.insert(content, Int32(tokens.count)) { tokens.append(token) }
    starts[Int(first)] = true
  }

  /// The parts of `text`, in order.
  func parts(of text: [UInt8]) -> [Part] {
    guard !tokens.isEmpty else { return [.text(0..<text.count)] }
    var parts: [Part] = []
    let span = text.span
    var textStart = 0
    var place = 0
    while place < span.count {
      guard starts[Int(span[place])], let (token, end) = longest(in: span, at: place) else {
        place += 1
        continue
      }
      let match = place..<end
      // The search goes on behind the match, whatever the token strips.
      place = end
      if token.isSingleWord, touchesWord(match, in: span) { continue }
      let start =
        token.stripsLeft
        ? max(textStart, spaceStart(before: match.lowerBound, in: span))
        : match.lowerBound
      if textStart < start { parts.append(.text(textStart..<start)) }
      parts.append(.token(token.id))
      textStart = token.stripsRight ? spaceEnd(after: end, in: span) : end
    }
    if textStart < span.count { parts.append(.text(textStart..<span.count)) }
    return parts
  }

  private func longest(in text: Span<UInt8>, at start: Int) -> (AddedToken, end: Int)? {
    var node = ByteTrie.root
    var best: (AddedToken, end: Int)?
    var place = start
    while place < text.count, let next = spellings.child(node, text[place]) {
      node = next
      place += 1
      let index = spellings.value(node)
      if index != ByteTrie.missing { best = (tokens[Int(index)], place) }
    }
    return best
  }

  private func touchesWord(_ match: Range<Int>, in text: Span<UInt8>) -> Bool {
    if match.lowerBound > 0, UTF8Text.scalar(text, before: match.lowerBound).scalar.isWord {
      return true
    }
    return match.upperBound < text.count
      && UTF8Text.scalar(text, at: match.upperBound).scalar.isWord
  }

  private func spaceStart(before end: Int, in text: Span<UInt8>) -> Int {
    var start = end
    while start > 0 {
      let (scalar, width) = UTF8Text.scalar(text, before: start)
      guard scalar.isSpace else { break }
      start -= width
    }
    return start
  }

  private func spaceEnd(after start: Int, in text: Span<UInt8>) -> Int {
    var end = start
    while end < text.count {
      let (scalar, width) = UTF8Text.scalar(text, at: end)
      guard scalar.isSpace else { break }
      end += width
    }
    return end
  }
}
