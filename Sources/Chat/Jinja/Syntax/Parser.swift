/// Tokens to a tree, with Jinja2's grammar.
///
/// Three files: the cursor here, statements and expressions beside it.
struct Parser {
  private let tokens: [Token]
  private var position = 0
  private var nesting = 0
  /// Whether this stands in a branch: an unknown filter there is an error only if it is reached.
  var isConditional = false
  /// Unknown filters and tests that stand in none.
  var unknown: [TemplateError] = []
  /// Loops around this, within the innermost macro.
  var loops = 0
  /// Loops around this, whatever lies between: `loop` is nobody's to set in them.
  var surroundingLoops = 0
  /// Names that the innermost macro reads.
  var reads: Set<String> = []

  static func parse(_ source: [Unicode.Scalar]) throws(TemplateError) -> [Statement] {
    var parser = Parser(tokens: try Lexer.tokens(of: source))
    let statements = try parser.statements(until: [])
    if let error = parser.unknown.first { throw error }
    return statements
  }

  private init(tokens: [Token]) { self.tokens = tokens }

  var current: Token { tokens[min(position, tokens.count - 1)] }
  var following: Token { tokens[min(position + 1, tokens.count - 1)] }
  var offset: Int { current.offset }

  mutating func advance() { position += 1 }

  func isName(_ name: String) -> Bool { current.kind == .name(name) }
  func isSymbol(_ symbol: Token.Symbol) -> Bool { current.kind == .symbol(symbol) }

  mutating func skip(_ name: String) -> Bool {
    guard isName(name) else { return false }
    advance()
    return true
  }
  mutating func skip(_ symbol: Token.Symbol) -> Bool {
    guard isSymbol(symbol) else { return false }
    advance()
    return true
  }

  func failure(_ message: String, at offset: Int? = nil) -> TemplateError {
    TemplateError(.syntax, message, at: offset ?? self.offset)
  }
  func unexpected(_ expected: String) -> TemplateError {
    failure("expected \(expected), got '\(current.description)'")
  }

  mutating func expect(_ symbol: Token.Symbol) throws(TemplateError) {
    guard skip(symbol) else { throw unexpected("'\(symbol.rawValue)'") }
  }
  mutating func expect(_ word: String) throws(TemplateError) {
    guard skip(word) else { throw unexpected("'\(word)'") }
  }
  mutating func expect(end kind: Token.Kind, _ spelling: String) throws(TemplateError) {
    guard current.kind == kind else { throw unexpected("'\(spelling)'") }
    advance()
  }
  mutating func expectName() throws(TemplateError) -> String {
    guard case .name(let name) = current.kind else { throw unexpected("a name") }
    advance()
    return name
  }

  /// Counts one level of nesting; the caller ends it with `leave`.
  mutating func enter() throws(TemplateError) {
    nesting += 1
    if nesting > RenderLimits.nesting {
      throw TemplateError(.limit, "the template is nested too deep", at: offset)
    }
  }
  mutating func leave() { nesting -= 1 }
}
