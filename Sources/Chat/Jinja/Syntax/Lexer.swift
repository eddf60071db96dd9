/// Cuts a template into tokens, as Jinja2 does with `trim_blocks` and `lstrip_blocks`: a newline
/// after a block goes, and so does the space between the start of a line and a block.
struct Lexer {
  /// Newlines are `\n` and a last one is left out; offsets count these.
  let source: [Unicode.Scalar]
  var position = 0
  private(set) var tokens: [Token] = []
  /// Whether what was read last ends in a newline.
  private var isAtLineStart = true

  /// The source as offsets of tokens and errors count it.
  static func normalized(_ source: String) -> [Unicode.Scalar] {
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(source.utf8.count)
    var previous: Unicode.Scalar = " "
    for scalar in source.unicodeScalars {
      if scalar == "\r" {
        scalars.append("\n")
      } else if scalar != "\n" || previous != "\r" {
        scalars.append(scalar)
      }
      previous = scalar
    }
    if scalars.last == "\n" { scalars.removeLast() }
    return scalars
  }

  init(_ source: [Unicode.Scalar]) { self.source = source }

  static func tokens(of source: [Unicode.Scalar]) throws(TemplateError) -> [Token] {
    var lexer = Lexer(source)
    while lexer.position < source.count { try lexer.readText() }
    lexer.emit(.end, at: source.count)
    return lexer.tokens
  }

  mutating func emit(_ kind: Token.Kind, at offset: Int) {
    tokens.append(Token(kind: kind, offset: offset))
  }

  func scalar(_ place: Int) -> Unicode.Scalar? { place < source.count ? source[place] : nil }

  func matches(_ text: StaticText, at place: Int) -> Bool {
    guard place + text.scalars.count <= source.count else { return false }
    for (index, scalar) in text.scalars.enumerated() where source[place + index] != scalar {
      return false
    }
    return true
  }

  /// Text up to the next tag, and that tag.
  private mutating func readText() throws(TemplateError) {
    let start = position
    var tag = start
    while tag < source.count,
      !(source[tag] == "{" && (scalar(tag + 1).map { "{%#".unicodeScalars.contains($0) } ?? false))
    {
      tag += 1
    }
    guard tag < source.count else {
      emit(.data(Text(source[start...])), at: start)
      position = source.count
      return
    }
    let kind = source[tag + 1]
    let sign = scalar(tag + 2).flatMap { $0 == "-" || $0 == "+" ? $0 : nil }
    let end = textEnd(start..<tag, sign: sign, isVariable: kind == "{")
    if start < end { emit(.data(Text(source[start..<end])), at: start) }
    let opening = tag
    position = tag + (sign == nil ? 2 : 3)
    switch kind {
    case "#": try skipComment(from: opening)
    case "{":
      emit(.variableBegin, at: opening)
      try readTag(from: opening, ending: Lexer.variableEnd)
    default:
      if let body = rawBody() {
        try readRaw(from: body, opening: opening)
      } else {
        emit(.blockBegin, at: opening)
        try readTag(from: opening, ending: Lexer.blockEnd)
      }
    }
  }

  /// Where the text before a tag ends once whitespace control has taken its part.
  private func textEnd(_ range: Range<Int>, sign: Unicode.Scalar?, isVariable: Bool) -> Int {
    if sign == "-" {
      return source[range].lastIndex { !$0.isPythonSpace }.map { $0 + 1 } ?? range.lowerBound
    }
    guard sign == nil, !isVariable else { return range.upperBound }
    let newline = source[range].lastIndex(of: "\n")
    guard newline != nil || isAtLineStart else { return range.upperBound }
    let lineStart = newline.map { $0 + 1 } ?? range.lowerBound
    return source[lineStart..<range.upperBound].allSatisfy(\.isPythonSpace)
      ? lineStart : range.upperBound
  }

  private mutating func skipComment(from opening: Int) throws(TemplateError) {
    // As in Jinja2, only a comment with something in it has to end; the same below.
    if position == source.count { return }
    while position < source.count {
      if closeTag("#}", trimsNewline: true) { return }
      position += 1
    }
    throw TemplateError(.syntax, "Missing end of comment tag", at: opening)
  }

  /// Where the body of a raw block starts, if this is the rest of its opening tag.
  private func rawBody() -> Int? {
    var place = spaceEnd(position)
    guard matches("raw", at: place) else { return nil }
    place = spaceEnd(place + 3)
    if matches("-%}", at: place) { return spaceEnd(place + 3) }
    return matches("%}", at: place) ? place + 2 : nil
  }

  private mutating func readRaw(from start: Int, opening: Int) throws(TemplateError) {
    isAtLineStart = source[start - 1] == "\n"
    position = start
    if position == source.count { return }
    var tag = start
    while tag < source.count {
      if matches("{%", at: tag) {
        let sign = scalar(tag + 2).flatMap { $0 == "-" || $0 == "+" ? $0 : nil }
        let word = spaceEnd(tag + (sign == nil ? 2 : 3))
        position = spaceEnd(word + 6)
        if matches("endraw", at: word), closeTag("%}", trimsNewline: true) {
          let end = textEnd(start..<tag, sign: sign, isVariable: false)
          if start < end { emit(.data(Text(source[start..<end])), at: start) }
          return
        }
      }
      tag += 1
    }
    throw TemplateError(.syntax, "Missing end of raw directive", at: opening)
  }

  func spaceEnd(_ place: Int) -> Int {
    var place = place
    while let scalar = scalar(place), scalar.isPythonSpace { place += 1 }
    return place
  }

  /// Goes past the end of a tag if it stands here: `-` takes the space that follows, and otherwise
  /// a block takes one newline.
  mutating func closeTag(_ end: StaticText, trimsNewline: Bool) -> Bool {
    let start = position
    if source[position...].first == "-", matches(end, at: position + 1) {
      position = spaceEnd(position + 3)
    } else if trimsNewline, source[position...].first == "+", matches(end, at: position + 1) {
      position += 3
    } else if matches(end, at: position) {
      position += 2
      if trimsNewline, scalar(position) == "\n" { position += 1 }
    } else {
      return false
    }
    isAtLineStart = position > start && source[position - 1] == "\n"
    return true
  }
}

/// A short text to look for.
struct StaticText: ExpressibleByStringLiteral {
  let scalars: [Unicode.Scalar]
  init(stringLiteral value: String) { scalars = Array(value.unicodeScalars) }
}
