/// String literals with Python's escapes.
extension Lexer {
  mutating func readString(quote: Unicode.Scalar) throws(TemplateError) {
    let start = position
    var text = Text()
    position += 1
    while let next = scalar(position) {
      position += 1
      if next == quote {
        emit(.string(text), at: start)
        return
      }
      if next == "\\" { try readEscape(into: &text) } else { text.scalars.append(next) }
    }
    throw TemplateError(.syntax, "unexpected char '\(quote)': the string does not end", at: start)
  }

  /// `position` is behind the backslash.
  private mutating func readEscape(into text: inout Text) throws(TemplateError) {
    guard let next = scalar(position) else { return }
    let start = position - 1
    position += 1
    switch next {
    case "\n": break
    case "\\", "'", "\"": text.scalars.append(next)
    case "n": text.scalars.append("\n")
    case "t": text.scalars.append("\t")
    case "r": text.scalars.append("\r")
    case "a": text.scalars.append("\u{7}")
    case "b": text.scalars.append("\u{8}")
    case "f": text.scalars.append("\u{c}")
    case "v": text.scalars.append("\u{b}")
    case "0"..."7":
      position -= 1
      try readCode(upTo: 3, radix: 8, from: start, into: &text)
    case "x": try readCode(exactly: 2, from: start, into: &text)
    case "u": try readCode(exactly: 4, from: start, into: &text)
    case "U": try readCode(exactly: 8, from: start, into: &text)
    case "N":
      throw TemplateError(.syntax, "characters by name (\\N) are not supported", at: start)
    default: text.scalars += ["\\", next]
    }
  }

  private mutating func readCode(
    exactly count: Int, from start: Int, into text: inout Text
  ) throws(TemplateError) {
    let first = position
    try readCode(upTo: count, radix: 16, from: start, into: &text)
    guard position - first == count else {
      throw TemplateError(.syntax, "truncated escape in a string", at: start)
    }
  }

  private mutating func readCode(
    upTo count: Int, radix: UInt32, from start: Int, into text: inout Text
  ) throws(TemplateError) {
    let first = position
    var code: UInt32 = 0
    while position - first < count, let digit = scalar(position)?.hexDigit, digit < radix {
      code = code &* radix &+ digit
      position += 1
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw TemplateError(.syntax, "the escape is no Unicode character", at: start)
    }
    text.scalars.append(scalar)
  }
}
