extension Parser {
  /// Text, output and blocks until one of `ends` opens a block; that word is the current token
  /// afterwards. With no `ends`, until the template is over.
  mutating func statements(until ends: [String]) throws(TemplateError) -> [Statement] {
    try enter()
    defer { leave() }
    var body: [Statement] = []
    while true {
      switch current.kind {
      case .data(let text):
        body.append(.text(text))
        advance()
      case .variableBegin:
        advance()
        body.append(.output(try tuple()))
        try expect(end: .variableEnd, "}}")
      case .blockBegin:
        advance()
        if case .name(let name) = current.kind, ends.contains(name) { return body }
        body += try statement()
        try expect(end: .blockEnd, "%}")
      default:
        guard ends.isEmpty else {
          throw failure(
            "Unexpected end of template. Jinja was looking for the following tags: "
              + ends.map { "'\($0)'" }.joined(separator: " or ") + ".")
        }
        return body
      }
    }
  }

  /// The body of a block: from the end of its tag to one of `ends`.
  private mutating func body(until ends: String...) throws(TemplateError) -> [Statement] {
    _ = skip(.colon)
    try expect(end: .blockEnd, "%}")
    return try statements(until: ends)
  }

  /// As `body`, and goes past the one word that ends it.
  private mutating func closedBody(_ end: String) throws(TemplateError) -> [Statement] {
    let statements = try body(until: end)
    advance()
    return statements
  }

  /// A body that is a frame of its own: what stands in it stands in no branch.
  private mutating func framed<Result>(
    _ parse: (inout Parser) throws(TemplateError) -> Result
  ) throws(TemplateError) -> Result {
    let outer = isConditional
    isConditional = false
    defer { isConditional = outer }
    return try parse(&self)
  }

  mutating func branch<Result>(
    _ parse: (inout Parser) throws(TemplateError) -> Result
  ) throws(TemplateError) -> Result {
    let outer = isConditional
    isConditional = true
    defer { isConditional = outer }
    return try parse(&self)
  }

  private mutating func statement() throws(TemplateError) -> [Statement] {
    let start = offset
    guard case .name(let tag) = current.kind else { throw failure("tag name expected") }
    guard let parse = Parser.tags[tag] else {
      throw failure("Encountered unknown tag '\(tag)'.")
    }
    advance()
    return try parse(&self, start)
  }

  typealias Tag = @Sendable (inout Parser, Int) throws(TemplateError) -> [Statement]

  private static let tags: [String: Tag] = [
    "for": { parser, start throws(TemplateError) in [try parser.loop(start)] },
    "if": { parser, _ throws(TemplateError) in
      try parser.branch { parser throws(TemplateError) in [try parser.conditional()] }
    },
    "set": { parser, _ throws(TemplateError) in [try parser.set()] },
    "macro": { parser, _ throws(TemplateError) in [.macro(try parser.macro())] },
    "call": { parser, start throws(TemplateError) in [try parser.callBlock(start)] },
    "filter": { parser, _ throws(TemplateError) in
      try parser.framed { parser throws(TemplateError) in
        let filters = [try parser.filterName()] + (try parser.filterNames())
        return [.filter(filters, try parser.closedBody("endfilter"))]
      }
    },
    "with": { parser, _ throws(TemplateError) in
      try parser.framed { parser throws(TemplateError) in [try parser.with()] }
    },
    "print": { parser, _ throws(TemplateError) in
      var nodes: [Statement] = []
      while parser.current.kind != .blockEnd {
        if !nodes.isEmpty { try parser.expect(.comma) }
        nodes.append(.output(try parser.expression()))
      }
      return nodes
    },
    "generation": { parser, _ throws(TemplateError) in
      let syntax = try parser.macroBody(named: "caller", parameters: [], end: "endgeneration")
      return [.scope(syntax.body)]
    },
    "block": { parser, _ throws(TemplateError) in
      let name = try parser.expectName()
      while parser.skip("scoped") || parser.skip("required") {}
      let syntax = try parser.macroBody(named: name, parameters: [], end: "endblock")
      _ = parser.skip(name)
      return [.scope(syntax.body)]
    },
    "break": { parser, start throws(TemplateError) in
      guard parser.loops > 0 else { throw parser.failure("'break' outside loop", at: start) }
      return [.breakLoop]
    },
    "continue": { parser, start throws(TemplateError) in
      guard parser.loops > 0 else { throw parser.failure("'continue' outside loop", at: start) }
      return [.continueLoop]
    },
    "include": { parser, start throws(TemplateError) in try parser.refused("include", start) },
    "import": { parser, start throws(TemplateError) in try parser.refused("import", start) },
    "from": { parser, start throws(TemplateError) in try parser.refused("import", start) },
    "extends": { parser, start throws(TemplateError) in try parser.refused("extend", start) },
  ]

  private mutating func refused(
    _ verb: String, _ start: Int
  ) throws(TemplateError) -> [Statement] {
    while current.kind != .blockEnd, current.kind != .end { advance() }
    return [.refused("a chat template cannot \(verb) other templates", offset: start)]
  }

  private mutating func loop(_ start: Int) throws(TemplateError) -> Statement {
    surroundingLoops += 1
    defer { surroundingLoops -= 1 }
    let target = try target(endingAt: "in")
    try expect("in")
    let source = try tuple(withConditional: false, endingAt: "recursive")
    return try framed { parser throws(TemplateError) in
      let condition = parser.skip("if") ? try parser.expression() : nil
      let isRecursive = parser.skip("recursive")
      parser.loops += 1
      let body = try parser.body(until: "endfor", "else")
      parser.loops -= 1
      let otherwise = parser.skip("else") ? try parser.body(until: "endfor") : []
      parser.advance()
      return .loop(
        LoopSyntax(
          target: target, source: source, condition: condition, isRecursive: isRecursive,
          body: body, otherwise: otherwise, offset: start))
    }
  }

  private mutating func conditional() throws(TemplateError) -> Statement {
    var branches: [(Node, [Statement])] = []
    repeat {
      let test = try tuple(withConditional: false)
      branches.append((test, try body(until: "elif", "else", "endif")))
    } while skip("elif")
    let otherwise = skip("else") ? try body(until: "endif") : []
    advance()
    return .conditional(branches, otherwise: otherwise)
  }

  private mutating func set() throws(TemplateError) -> Statement {
    let target = try target(withAttributes: true)
    if skip(.assign) { return .set(target, try tuple()) }
    return try framed { parser throws(TemplateError) in
      let filters = try parser.filterNames()
      return .setBlock(target, filters, try parser.closedBody("endset"))
    }
  }

  private mutating func with() throws(TemplateError) -> Statement {
    var assignments: [(Target, Node)] = []
    while current.kind != .blockEnd {
      if !assignments.isEmpty { try expect(.comma) }
      let target = try target()
      try expect(.assign)
      assignments.append((target, try expression()))
    }
    return .with(assignments, try closedBody("endwith"))
  }

  private mutating func macro() throws(TemplateError) -> MacroSyntax {
    let name = try expectName()
    return try macroBody(named: name, parameters: nil, end: "endmacro")
  }

  private mutating func callBlock(_ start: Int) throws(TemplateError) -> Statement {
    let hasSignature = isSymbol(.openParenthesis)
    let parameters = hasSignature ? try signature() : []
    let call = try expression()
    guard case .call(let callee, let arguments) = call.expression else {
      throw failure("expected call", at: start)
    }
    let body = try macroBody(named: "caller", parameters: parameters, end: "endcall")
    return .call(callee, arguments, body, offset: start)
  }

  /// With no `parameters`, they come first.
  private mutating func macroBody(
    named name: String, parameters: [(String, Node?)]?, end: String
  ) throws(TemplateError) -> MacroSyntax {
    let (outerLoops, outerReads) = (loops, reads)
    (loops, reads) = (0, [])
    defer {
      loops = outerLoops
      reads.formUnion(outerReads)
    }
    return try framed { parser throws(TemplateError) in
      let parameters = if let parameters { parameters } else { try parser.signature() }
      let body = try parser.closedBody(end)
      return MacroSyntax(name: name, parameters: parameters, body: body, reads: parser.reads)
    }
  }

  private mutating func signature() throws(TemplateError) -> [(String, Node?)] {
    try expect(.openParenthesis)
    var parameters: [(String, Node?)] = []
    while !isSymbol(.closeParenthesis) {
      if !parameters.isEmpty { try expect(.comma) }
      let name = try expectName()
      if skip(.assign) {
        parameters.append((name, try expression()))
      } else if parameters.last?.1 != nil {
        throw failure("non-default argument follows default argument")
      } else {
        parameters.append((name, nil))
      }
    }
    try expect(.closeParenthesis)
    return parameters
  }
}
