import Containers

/// `Replace`, a normalizer and a decoder: every match of a pattern becomes other text.
struct Replacement: Sendable {
  private let pattern: Pattern
  /// What the pattern is where it is plain text.
  private let literal: [UInt8]?
  private let content: [UInt8]

  init(_ component: Component) throws(FormatError) {
    let isLiteral: Bool
    (pattern, isLiteral) = try component.pattern()
    literal = isLiteral ? Array(pattern.source.utf8) : nil
    content = try component.bytes("content")
  }

  /// How many times longer a text may become.
  var growth: Int { content.count + 1 }
  var needsMatcher: Bool { literal == nil }

  func apply(_ text: inout NormalText, _ matcher: Matcher) throws(FormatError) {
    if text.bytes.isEmpty { return }
    let limit = NormalText.limit(of: text.bytes.count)
    var result: [UInt8] = []
    result.reserveCapacity(text.bytes.count)
    var copied = 0
    var origin: Int?
    let old = text
    try forEachMatch(in: old.bytes, matcher) { match in
      // The new text counts as coming from the last character of the old.
      if origin == nil, match.upperBound > old.origin {
        origin = result.count + max(0, min(old.origin, match.lowerBound) - copied)
      }
      guard result.count <= limit else { return }
      result.append(contentsOf: old.bytes[copied..<match.lowerBound])
      result.append(contentsOf: content)
      copied = match.upperBound
    }
    guard result.count <= limit else { throw NormalText.grown("Replace") }
    text.origin = origin ?? result.count + max(0, old.origin - copied)
    result.append(contentsOf: old.bytes[copied...])
    text.bytes = result
  }

  private func forEachMatch(
    in text: [UInt8], _ matcher: Matcher, _ body: (Range<Int>) -> Void
  ) throws(FormatError) {
    if let literal, let first = literal.first {
      let span = text.span
      var place = 0
      while place + literal.count <= span.count {
        if span[place] == first, literal.indices.allSatisfy({ span[place + $0] == literal[$0] }) {
          body(place..<place + literal.count)
          place += literal.count
        } else {
          place += 1
        }
      }
      return
    }
    let outcome: Result<Void, FormatError> = text.withUnsafeBufferPointer { text in
      do throws(FormatError) {
        return .success(try matcher.forEachMatch(of: pattern, in: text, body))
      } catch { return .failure(error) }
    }
    try outcome.get()
  }

  /// As a decoder: in every token by itself. Without a matcher, or where the pattern of a hostile
  /// file runs away, a token stays as it is: decoding cannot fail.
  func apply(to tokens: inout DecodedTokens, _ matcher: Matcher?) {
    tokens.rewrite { _, token, result in
      if let literal {
        result += token.replacing(literal, with: content)
        return
      }
      var text = NormalText(token, isFirst: false)
      if let matcher, (try? apply(&text, matcher)) != nil {
        result += text.bytes
      } else {
        result += token
      }
    }
  }
}
