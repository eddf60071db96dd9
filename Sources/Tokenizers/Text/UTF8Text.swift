/// UTF-8 as the pipeline sees it: valid, whatever the caller handed in.
enum UTF8Text {
  /// The same bytes, or, where they are not valid UTF-8, a copy in which every maximal invalid part
  /// is U+FFFD: what Python's `errors="replace"` and Rust's `from_utf8_lossy` give.
  static func repaired(_ text: [UInt8]) -> [UInt8] {
    isValid(text.span) ? text : Array(String(decoding: text, as: UTF8.self).utf8)
  }

  static func isValid(_ text: Span<UInt8>) -> Bool {
    (try? UTF8Span(validating: text)) != nil
  }

  /// The scalar that starts at `place` of valid UTF-8, and its width in bytes.
  @inline(__always)
  static func scalar(_ text: Span<UInt8>, at place: Int) -> (scalar: Unicode.Scalar, width: Int) {
    let first = text[place]
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    let width = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    guard first >= 0xc2, place + width <= text.count else { return ("\u{fffd}", 1) }
    var value = UInt32(first) & (width == 2 ? 0x1f : width == 3 ? 0x0f : 0x07)
    for index in place + 1..<place + width { value = value << 6 | UInt32(text[index] & 0x3f) }
    return (Unicode.Scalar(value) ?? "\u{fffd}", width)
  }

  /// The scalar that ends before `place`, and its width.
  static func scalar(_ text: Span<UInt8>, before place: Int) -> (
    scalar: Unicode.Scalar, width: Int
  ) {
    var start = place - 1
    while start > 0, text[start] & 0xc0 == 0x80 { start -= 1 }
    return (scalar(text, at: start).scalar, place - start)
  }

  @inline(__always)
  static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
    let value = scalar.value
    func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | value >> shift & 0x3f) }
    switch value {
    case 0..<0x80: bytes.append(UInt8(truncatingIfNeeded: value))
    case 0x80..<0x800:
      bytes.append(UInt8(truncatingIfNeeded: 0xc0 | value >> 6))
      bytes.append(tail(0))
    case 0x800..<0x10000:
      bytes.append(UInt8(truncatingIfNeeded: 0xe0 | value >> 12))
      bytes.append(tail(6))
      bytes.append(tail(0))
    default:
      bytes.append(UInt8(truncatingIfNeeded: 0xf0 | value >> 18))
      bytes.append(tail(12))
      bytes.append(tail(6))
      bytes.append(tail(0))
    }
  }
}

extension Unicode.Scalar {
  /// `\w` of Rust's regex crate, which decides what stands alone as a word.
  var isWord: Bool { ScalarSet.word.contains(self) }
  /// Rust's `char::is_numeric`.
  var isNumeric: Bool { ScalarSet.numeric.contains(self) }
  /// Punctuation to `tokenizers`, ASCII's 32 characters among it.
  var isPunctuation: Bool { ScalarSet.punctuation.contains(self) }
  /// White_Space, the same in every version of Unicode that is in use.
  var isSpace: Bool {
    if isASCII { return self == " " || ("\t"..."\r").contains(self) }
    return value == 0x85 || value == 0xa0 || value >= 0x1680 && properties.isWhitespace
  }
}
