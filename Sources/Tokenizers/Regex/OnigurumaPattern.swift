import Containers

/// Rewrites a pattern of Oniguruma, the regex library of `tokenizers`, as a PCRE2 pattern with the
/// same meaning. What cannot be rewritten exactly is refused by name.
///
/// The two differ where it hurts: `\s`, `\w`, `\h`, `\v`, `\p{Han}`, `$`, `(?m)`, `{,n}`, `{n}+`,
/// nested classes, `&&`, the reach of `(?i)`, and case folding to several letters. Classes are
/// therefore spelled out, so that nothing depends on how PCRE2 was built.
///
/// Source: https://github.com/kkos/oniguruma/blob/master/doc/RE
struct OnigurumaPattern {
  let scalars: [Unicode.Scalar]
  let pattern: String
  var place = 0
  private var output = ""
  /// The letter before, inside `(?i)`: some pairs fold to one letter.
  private var foldedLetter: Unicode.Scalar?
  static let depthLimit = 100

  static func translate(_ pattern: String) throws(FormatError) -> String {
    var parser = OnigurumaPattern(pattern)
    try parser.alternatives(caseless: false, depth: 0)
    guard parser.place == parser.scalars.count else { throw parser.refusal("an unmatched `)`") }
    return parser.output
  }

  private init(_ pattern: String) {
    self.pattern = pattern
    scalars = Array(pattern.unicodeScalars)
  }

  func refusal(_ what: String) -> FormatError {
    FormatError(
      .unknown, "the pattern uses \(what), which is not supported", subject: "regex",
      found: pattern.count > 200 ? pattern.prefix(200) + "..." : pattern)
  }

  var current: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

  func looking(at text: String) -> Bool {
    scalars[place...].starts(with: text.unicodeScalars)
  }

  mutating func accept(_ text: String) -> Bool {
    guard looking(at: text) else { return false }
    place += text.unicodeScalars.count
    return true
  }

  // MARK: Expressions

  /// Everything up to the end or an unmatched `)`.
  private mutating func alternatives(caseless: Bool, depth: Int) throws(FormatError) {
    guard depth < OnigurumaPattern.depthLimit else { throw refusal("groups nested too deep") }
    var caseless = caseless
    var atStart = true
    foldedLetter = nil
    while let scalar = current, scalar != ")" {
      if scalar == "|" {
        place += 1
        output += "|"
        atStart = true
        foldedLetter = nil
        continue
      }
      // The rest of the group, other alternatives included, takes the option: where it opens an
      // alternative PCRE2 reads it the same way.
      if let option = acceptBareOption() {
        guard atStart else { throw refusal("an option such as (?i) in the middle of a group") }
        caseless = option
        output += option ? "(?i)" : "(?-i)"
        atStart = false
        continue
      }
      atStart = false
      let start = output.endIndex
      try atom(caseless: caseless, depth: depth)
      try quantifiers(of: start)
    }
    foldedLetter = nil
  }

  private mutating func acceptBareOption() -> Bool? {
    if accept("(?i)") { return true }
    if accept("(?-i)") { return false }
    return nil
  }

  private mutating func atom(caseless: Bool, depth: Int) throws(FormatError) {
    guard let scalar = current else { return }
    switch scalar {
    case "(": try group(caseless: caseless, depth: depth)
    case "[":
      place += 1
      foldedLetter = nil
      output += try characterClass(caseless: caseless, depth: depth)
    case "\\": try escape(caseless: caseless)
    case ".":
      place += 1
      foldedLetter = nil
      output += "[^\\n]"
    // Oniguruma's anchors are those of lines.
    case "^", "$":
      place += 1
      foldedLetter = nil
      output += "(?m:\(scalar))"
    case "*", "+", "?": throw refusal("a `\(scalar)` that repeats nothing")
    default:
      place += 1
      try literal(scalar, caseless: caseless)
    }
  }

  private mutating func literal(_ scalar: Unicode.Scalar, caseless: Bool) throws(FormatError) {
    if caseless {
      guard scalar.isASCII else { throw refusal("a letter outside ASCII under (?i)") }
      let letter = Unicode.Scalar(scalar.properties.lowercaseMapping) ?? scalar
      if let before = foldedLetter, ["ss", "ff", "fi", "fl", "st"].contains("\(before)\(letter)") {
        throw refusal("letters under (?i) that fold to one, such as ss and ß")
      }
      foldedLetter = letter
    } else {
      foldedLetter = nil
    }
    output += CharacterFragment.literal(scalar)
  }

  private mutating func group(caseless: Bool, depth: Int) throws(FormatError) {
    let opening: String
    var inner = caseless
    if accept("(?#") {
      while let scalar = current, scalar != ")" { place += scalar == "\\" ? 2 : 1 }
      guard accept(")") else { throw refusal("a comment without an end") }
      return
    } else if accept("(?:") {
      opening = "(?:"
    } else if accept("(?=") {
      opening = "(?="
    } else if accept("(?!") {
      opening = "(?!"
    } else if accept("(?<=") {
      opening = "(?<="
    } else if accept("(?<!") {
      opening = "(?<!"
    } else if accept("(?>") {
      opening = "(?>"
    } else if accept("(?i:") {
      opening = "(?i:"
      inner = true
    } else if accept("(?-i:") {
      opening = "(?-i:"
      inner = false
    } else if looking(at: "(?<") {
      while let scalar = current, scalar != ">" { place += 1; _ = scalar }
      guard accept(">") else { throw refusal("a group name without an end") }
      opening = "(?:"
    } else if looking(at: "(?") {
      let kind = String(String.UnicodeScalarView(scalars[place...].prefix(4)))
      throw refusal("a group that starts with `\(kind)`")
    } else {
      // Nothing reads what a group captured, so none captures.
      place += 1
      opening = "(?:"
    }
    output += opening
    try alternatives(caseless: inner, depth: depth + 1)
    guard accept(")") else { throw refusal("a group without an end") }
    output += ")"
  }

  // MARK: Repetition

  private mutating func quantifiers(of start: String.Index) throws(FormatError) {
    var isRepeated = false
    while let scalar = current {
      let interval: (low: Int, high: Int?)?
      switch scalar {
      case "*", "+", "?": interval = nil
      case "{":
        interval = acceptInterval()
        if interval == nil { return }
      default: return
      }
      if isRepeated {
        // A second quantifier repeats the first one's result.
        output.insert(contentsOf: "(?:", at: start)
        output += ")"
      }
      isRepeated = true
      foldedLetter = nil
      if let (low, high) = interval {
        output += high.map { $0 == low ? "{\(low)}" : "{\(low),\($0)}" } ?? "{\(low),}"
        // `{n}?` repeats optionally and `{n,m}+` repeats again; only `{n,m}?` is one quantifier.
        if high != low, accept("?") { output += "?" }
      } else {
        place += 1
        output.unicodeScalars.append(scalar)
        if accept("?") {
          output += "?"
        } else if accept("+") {
          output += "+"
        }
      }
    }
  }

  /// `{n}`, `{n,}`, `{,m}` or `{n,m}`; nil, with nothing consumed, where the brace is a literal.
  private mutating func acceptInterval() -> (low: Int, high: Int?)? {
    guard let end = scalars[place...].firstIndex(of: "}") else { return nil }
    let text = String(String.UnicodeScalarView(scalars[place + 1..<end]))
    let parts = text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
    func number(_ part: Substring) -> Int? {
      part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(part) : nil
    }
    let result: (Int, Int?)
    switch parts.count {
    case 1:
      guard let count = number(parts[0]) else { return nil }
      result = (count, count)
    default:
      let low = parts[0].isEmpty ? 0 : number(parts[0])
      guard let low, !(parts[0].isEmpty && parts[1].isEmpty) else { return nil }
      if parts[1].isEmpty {
        result = (low, nil)
      } else {
        guard let high = number(parts[1]) else { return nil }
        result = (low, high)
      }
    }
    place = end + 1
    return result
  }

  // MARK: Escapes

  private mutating func escape(caseless: Bool) throws(FormatError) {
    foldedLetter = nil
    guard place + 1 < scalars.count else { throw refusal("a backslash at the end") }
    switch scalars[place + 1] {
    case "b", "B":
      let word = CharacterFragment.bareWord
      output +=
        scalars[place + 1] == "b"
        ? "(?:(?<=[\(word)])(?![\(word)])|(?<![\(word)])(?=[\(word)]))"
        : "(?:(?<=[\(word)])(?=[\(word)])|(?<![\(word)])(?![\(word)]))"
      place += 2
    case "A", "z", "Z":
      output += "\\\(scalars[place + 1])"
      place += 2
    default:
      let isWord = scalars[place + 1] == "w" || scalars[place + 1] == "W"
      switch try classEscape(caseless: caseless) {
      case .fragment where isWord: output += "[\(CharacterFragment.bareWord)]"
      case .complement where isWord: output += "[^\(CharacterFragment.bareWord)]"
      case .scalar(let scalar): try literal(scalar, caseless: caseless)
      case .fragment(let fragment): output += "[\(fragment)]"
      case .complement(let fragment): output += "[^\(fragment)]"
      }
    }
  }

  enum Escape { case scalar(Unicode.Scalar), fragment(String), complement(String) }

  /// An escape that stands for one character, inside or outside a class.
  mutating func classEscape(caseless: Bool) throws(FormatError) -> Escape {
    guard place + 1 < scalars.count else { throw refusal("a backslash at the end") }
    let letter = scalars[place + 1]
    place += 2
    switch letter {
    case "d": return .fragment("\\p{Nd}")
    case "D": return .complement("\\p{Nd}")
    case "s": return .fragment(CharacterFragment.space)
    case "S": return .complement(CharacterFragment.space)
    case "w": return .fragment(CharacterFragment.word)
    case "W": return .complement(CharacterFragment.word)
    case "h": return .fragment(CharacterFragment.hexDigit)
    case "H": return .complement(CharacterFragment.hexDigit)
    case "n": return .scalar("\n")
    case "r": return .scalar("\r")
    case "t": return .scalar("\t")
    case "v": return .scalar("\u{b}")
    case "f": return .scalar("\u{c}")
    case "a": return .scalar("\u{7}")
    case "e": return .scalar("\u{1b}")
    case "p", "P":
      if caseless { throw refusal("a property under (?i)") }
      return try property(negated: letter == "P")
    case "x":
      let braced = accept("{")
      let digits = hexDigits(braced ? 8 : 2)
      guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value),
        braced ? accept("}") : scalar.isASCII
      else { throw refusal("a malformed \\x, or one that names a byte") }
      return .scalar(scalar)
    case "u":
      let digits = hexDigits(4)
      guard digits.count == 4, let value = UInt32(digits, radix: 16),
        let scalar = Unicode.Scalar(value)
      else { throw refusal("a malformed \\u") }
      return .scalar(scalar)
    default:
      let isLetterOrDigit = letter.isASCII && (letter.isNumeric || letter.properties.isAlphabetic)
      guard !isLetterOrDigit else { throw refusal("the escape \\\(letter)") }
      return .scalar(letter)
    }
  }

  private mutating func hexDigits(_ limit: Int) -> String {
    var digits = ""
    while digits.count < limit, let scalar = current, scalar.properties.isASCIIHexDigit {
      digits.unicodeScalars.append(scalar)
      place += 1
    }
    return digits
  }

  private mutating func property(negated: Bool) throws(FormatError) -> Escape {
    guard accept("{") else { throw refusal("\\p without a name") }
    let inverted = accept("^")
    guard let end = scalars[place...].firstIndex(of: "}") else {
      throw refusal("\\p without an end")
    }
    let name = String(String.UnicodeScalarView(scalars[place..<end]))
    guard let fragment = CharacterFragment.property(name) else {
      throw refusal("the property \(name)")
    }
    place = end + 1
    return negated != inverted ? .complement(fragment) : .fragment(fragment)
  }
}
