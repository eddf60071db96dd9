import Containers

/// Bracketed classes: nested ones and `&&` are rewritten as tests of one character.
extension OnigurumaPattern {
  /// A class, after its `[`, as a pattern that matches one character.
  mutating func characterClass(caseless: Bool, depth: Int) throws(FormatError) -> String {
    guard depth < OnigurumaPattern.depthLimit else { throw refusal("classes nested too deep") }
    let negated = accept("^")
    /// The operands of `&&`: each a union of fragments and of nested patterns.
    var operands: [(fragments: String, nested: [String])] = [("", [])]
    var isFirst = true
    while true {
      guard let scalar = current else { throw refusal("a class without an end") }
      let last = operands.count - 1
      if scalar == "]", !isFirst {
        place += 1
        break
      }
      isFirst = false
      if accept("&&") {
        operands.append(("", []))
        continue
      }
      if looking(at: "[:") {
        operands[last].fragments += try bracket(&operands[last].nested)
        continue
      }
      if accept("[") {
        operands[last].nested.append(try characterClass(caseless: caseless, depth: depth + 1))
        continue
      }
      switch try classItem(caseless: caseless) {
      case .fragment(let fragment): operands[last].fragments += fragment
      case .complement(let fragment): operands[last].nested.append("[^\(fragment)]")
      case .scalar(let low):
        operands[last].fragments += CharacterFragment.literal(low)
        guard current == "-", place + 1 < scalars.count, scalars[place + 1] != "]" else { continue }
        place += 1
        guard case .scalar(let high) = try classItem(caseless: caseless), low <= high else {
          throw refusal("a range in a class that has no end or runs backwards")
        }
        operands[last].fragments += "-" + CharacterFragment.literal(high)
      }
    }
    return try assemble(operands, negated: negated)
  }

  private mutating func classItem(caseless: Bool) throws(FormatError) -> Escape {
    guard let scalar = current else { throw refusal("a class without an end") }
    if scalar == "\\" {
      if place + 1 < scalars.count, scalars[place + 1] == "b" {
        place += 2
        return .scalar("\u{8}")
      }
      return try classEscape(caseless: caseless)
    }
    if caseless, !scalar.isASCII { throw refusal("a letter outside ASCII under (?i)") }
    place += 1
    return .scalar(scalar)
  }

  private mutating func bracket(_ nested: inout [String]) throws(FormatError) -> String {
    place += 2
    let negated = accept("^")
    guard let end = scalars[place...].firstIndex(of: ":"), end + 1 < scalars.count,
      scalars[end + 1] == "]"
    else { throw refusal("a malformed [: :]") }
    let name = String(String.UnicodeScalarView(scalars[place..<end]))
    guard let fragment = CharacterFragment.bracket(name) else { throw refusal("[:\(name):]") }
    place = end + 2
    if negated {
      nested.append("[^\(fragment)]")
      return ""
    }
    return fragment
  }

  private func assemble(_ operands: [(fragments: String, nested: [String])], negated: Bool)
    throws(FormatError) -> String
  {
    var parts: [String] = []
    for (fragments, nested) in operands {
      guard !(fragments.isEmpty && nested.isEmpty) else { throw refusal("an empty class") }
      if operands.count == 1, nested.isEmpty { return "[\(negated ? "^" : "")\(fragments)]" }
      let choices = (fragments.isEmpty ? [] : ["[\(fragments)]"]) + nested
      parts.append(choices.count == 1 ? choices[0] : "(?:\(choices.joined(separator: "|")))")
    }
    // One character that is in all operands.
    let tests = parts.dropLast().map { "(?=\($0))" }.joined()
    let last = parts.last ?? ""
    if negated { return "(?:(?!\(tests)\(last))(?s:.))" }
    return tests.isEmpty ? last : "(?:\(tests)\(last))"
  }
}
