import Containers

/// `Split`: cuts at the matches of a pattern.
struct Split: Sendable {
  let pattern: Pattern
  let isLiteral: Bool
  let behavior: SplitBehavior
  let inverted: Bool

  init(_ component: Component) throws(FormatError) {
    (pattern, isLiteral) = try component.pattern()
    behavior = try SplitBehavior(component)
    inverted = try component.bool("invert", default: false)
  }

  /// Every match of `regex` is a piece, and so is everything between.
  init(isolating regex: String) throws(FormatError) {
    pattern = try Pattern(oniguruma: regex)
    isLiteral = false
    behavior = .isolated
    inverted = false
  }

  func apply(to pieces: inout Pieces, _ matcher: Matcher) throws(FormatError) {
    try pieces.split(behavior, inverted: inverted) { (text, found) throws(FormatError) in
      try matcher.forEachMatch(of: pattern, in: text, found)
    }
  }
}
