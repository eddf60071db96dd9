/// What stands inside `{{ }}` and `{% %}`.
extension Lexer {
  struct Ending {
    let text: StaticText
    let token: Token.Kind
    let trimsNewline: Bool
  }
  static var variableEnd: Ending { Ending(text: "}}", token: .variableEnd, trimsNewline: false) }
  static var blockEnd: Ending { Ending(text: "%}", token: .blockEnd, trimsNewline: true) }

  /// The words of a tag and its end. Brackets must be balanced before the end counts.
  mutating func readTag(from opening: Int, ending: Ending) throws(TemplateError) {
    var open: [Token.Symbol] = []
    while position < source.count {
      let start = position
      if open.isEmpty, closeTag(ending.text, trimsNewline: ending.trimsNewline) {
        emit(ending.token, at: start)
        return
      }
      let scalar = source[position]
      if scalar.isPythonSpace {
        position += 1
      } else if scalar.isASCIIDigit {
        try readNumber()
      } else if scalar == "_" || scalar.properties.isXIDStart {
        readName()
      } else if scalar == "'" || scalar == "\"" {
        try readString(quote: scalar)
      } else {
        try readSymbol(&open)
      }
    }
    // The parser says what is missing; without tokens it takes this for the end of the template.
  }

  private mutating func readName() {
    let start = position
    while let scalar = scalar(position), scalar == "_" || scalar.properties.isXIDContinue {
      position += 1
    }
    emit(.name(Text(source[start..<position]).string), at: start)
  }

  private mutating func readSymbol(_ open: inout [Token.Symbol]) throws(TemplateError) {
    let found = Token.Symbol.spellings.first { spelling, _ in
      source[position...].starts(with: spelling)
    }
    guard let (spelling, symbol) = found else {
      throw TemplateError(.syntax, "unexpected char '\(source[position])'", at: position)
    }
    if let closing = symbol.closing {
      open.append(closing)
    } else if symbol.isClosing {
      let expected = open.popLast()
      guard expected == symbol else {
        let hint = expected.map { ", expected '\($0.rawValue)'" } ?? ""
        throw TemplateError(.syntax, "unexpected '\(symbol.rawValue)'\(hint)", at: position)
      }
    }
    emit(.symbol(symbol), at: position)
    position += spelling.count
  }

  /// Goes past digits with single underscores between them; true where there is at least one.
  private mutating func skipDigits(_ isDigit: (Unicode.Scalar) -> Bool) -> Bool {
    let start = position
    while let next = scalar(position) {
      if isDigit(next) {
        position += 1
      } else if next == "_", position > start, let after = scalar(position + 1), isDigit(after) {
        position += 2
      } else {
        break
      }
    }
    return position > start
  }

  private mutating func readNumber() throws(TemplateError) {
    let start = position
    if source[start] == "0", let prefix = scalar(start + 1), try readPrefixed(prefix) { return }
    _ = skipDigits(\.isASCIIDigit)
    let whole = position
    // `a.0.1` is two subscripts, not a number with a point.
    let canBeFloat = start == 0 || source[start - 1] != "."
    if canBeFloat, scalar(position) == ".", scalar(position + 1)?.isASCIIDigit == true {
      position += 1
      _ = skipDigits(\.isASCIIDigit)
    }
    if canBeFloat, scalar(position) == "e" || scalar(position) == "E" {
      let mark = position
      position += 1
      if scalar(position) == "+" || scalar(position) == "-" { position += 1 }
      if scalar(position)?.isASCIIDigit == true {
        _ = skipDigits(\.isASCIIDigit)
      } else {
        position = mark
      }
    }
    if position > whole {
      emit(.float(Double(digits(start..<position)) ?? 0), at: start)
      return
    }
    // A leading zero stands alone.
    if source[start] == "0" {
      position = start + 1
      while let next = scalar(position) {
        if next == "0" {
          position += 1
        } else if next == "_", scalar(position + 1) == "0" {
          position += 2
        } else {
          break
        }
      }
    }
    try emitInteger(digits(start..<position), radix: 10, at: start)
  }

  private func digits(_ range: Range<Int>) -> String {
    Text(source[range].lazy.filter { $0 != "_" }).string
  }

  private mutating func emitInteger(
    _ digits: String, radix: Int, at start: Int
  ) throws(TemplateError) {
    guard let value = Int(digits, radix: radix) else {
      throw TemplateError(.limit, "the number does not fit into 64 bits", at: start)
    }
    emit(.integer(value), at: start)
  }

  private mutating func readPrefixed(_ prefix: Unicode.Scalar) throws(TemplateError) -> Bool {
    let radix: Int
    switch prefix {
    case "x", "X": radix = 16
    case "o", "O": radix = 8
    case "b", "B": radix = 2
    default: return false
    }
    let start = position
    position += 2
    if scalar(position) == "_" { position += 1 }
    let first = position
    guard skipDigits({ $0.hexDigit.map { $0 < radix } ?? false }) else {
      position = start
      return false
    }
    try emitInteger(digits(first..<position), radix: radix, at: start)
    return true
  }
}
