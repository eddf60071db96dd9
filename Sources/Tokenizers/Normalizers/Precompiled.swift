import Containers

/// `Precompiled`: SentencePiece's rules, each a text that becomes another one.
///
/// A rule is looked up for a whole grapheme of fewer than six bytes, and otherwise for every
/// character by itself; of several rules the shortest wins. That is what `tokenizers` does, and what
/// models were used with, though SentencePiece itself takes the longest.
///
/// Source: https://github.com/huggingface/spm_precompiled
struct Precompiled: Sendable {
  private let rules: DoubleArray
  /// What the rules make, each ended by a zero byte.
  private let texts: [UInt8]
  /// Whether a rule starts with this byte.
  private let starts: [Bool]

  private static let longestGrapheme = 5

  init(_ component: Component) throws(FormatError) {
    let encoded = try component.bytes("precompiled_charsmap")
    var bytes: [UInt8] = []
    guard Base64.decode(encoded.span, 0..<encoded.count, into: &bytes), bytes.count >= 4 else {
      throw component.damaged("precompiled_charsmap", expected: "rules in base64")
    }
    func word(_ place: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
    }
    let count = Int(word(0) / 4)
    guard count > 0, count <= (bytes.count - 4) / 4 else {
      throw component.damaged(
        "precompiled_charsmap", expected: "a table no longer than the rules",
        found: "\(count) entries in \(bytes.count) bytes")
    }
    let rules = DoubleArray(units: (0..<count).map { word(4 + 4 * $0) })
    self.rules = rules
    texts = Array(bytes[(4 + 4 * count)...])
    starts = (0..<256).map { rules.hasKey(startingWith: UInt8($0)) }
    guard UTF8Text.isValid(texts.span) else {
      throw component.damaged(
        "precompiled_charsmap", expected: "texts in UTF-8", found: "other bytes")
    }
  }

  func apply(_ text: inout NormalText) throws(FormatError) {
    let old = text.bytes
    let span = old.span
    let limit = NormalText.limit(of: span.count)
    var result: [UInt8] = []
    result.reserveCapacity(span.count)
    var isModified = false
    var mapped: Int?
    var place = 0
    while place < span.count {
      if mapped == nil, place >= text.origin { mapped = result.count }
      let end = Graphemes.end(in: span, after: place)
      if end - place <= Precompiled.longestGrapheme, let made = try rule(span, place..<end) {
        result.append(contentsOf: texts[made])
        isModified = true
      } else {
        var start = place
        while start < end {
          let next = start + UTF8Text.scalar(span, at: start).width
          if let made = try rule(span, start..<next) {
            result.append(contentsOf: texts[made])
            isModified = true
          } else {
            for index in start..<next { result.append(span[index]) }
          }
          start = next
        }
      }
      guard result.count <= limit else { throw NormalText.grown("Precompiled") }
      place = end
    }
    guard isModified else { return }
    if text.origin > 0 {
      text.origin = mapped ?? result.count
      // Where the first character disappears, the reference counts the next one as it.
      if text.origin == 0, !result.isEmpty {
        text.origin = UTF8Text.scalar(result.span, at: 0).width
      }
    }
    text.bytes = result
  }

  /// Where the text stands that the shortest rule for a start of `range` makes.
  @inline(__always)
  private func rule(_ text: Span<UInt8>, _ range: Range<Int>) throws(FormatError) -> Range<Int>? {
    guard starts[Int(text[range.lowerBound])],
      let start = rules.shortestPrefix(text.extracting(range))
    else { return nil }
    guard start <= texts.count, start == texts.count || texts[start] & 0xc0 != 0x80 else {
      throw FormatError(
        .damaged, "a rule makes a text that is not there", subject: "normalizer Precompiled",
        expected: "at most \(texts.count)", found: "\(start)")
    }
    return start..<(texts[start...].firstIndex(of: 0) ?? texts.count)
  }
}
