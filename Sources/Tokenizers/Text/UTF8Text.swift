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

  static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: UTF8.encode(scalar).orReplacement)
  }
}

extension Optional where Wrapped == UTF8.EncodedScalar {
  /// Every scalar has an encoding; the replacement character stands for the case that is none.
  fileprivate var orReplacement: UTF8.EncodedScalar {
    self ?? UTF8.encodedReplacementCharacter
  }
}

extension Unicode.Scalar {
  /// `\w` of Rust's regex crate, which decides what stands alone as a word.
  var isWord: Bool {
    if isASCII {
      return properties.isAlphabetic || properties.generalCategory == .decimalNumber || self == "_"
    }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation:
      return true
    default: return properties.isAlphabetic || properties.isJoinControl
    }
  }
  /// General category N: Rust's `char::is_numeric`.
  var isNumeric: Bool {
    if isASCII { return ("0"..."9").contains(self) }
    switch properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: return true
    default: return false
    }
  }
  /// General category P, or one of ASCII's 32 punctuation characters.
  var isPunctuation: Bool {
    if isASCII {
      return ("!"..."/").contains(self) || (":"..."@").contains(self) || ("["..."`").contains(self)
        || ("{"..."~").contains(self)
    }
    switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      return true
    default: return false
    }
  }
}
