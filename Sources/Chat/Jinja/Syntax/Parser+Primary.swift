/// Names, literals, and what follows them: attributes, subscripts, calls, filters and tests.
extension Parser {
  private static let constants: [String: Literal] = [
    "true": .bool(true), "True": .bool(true), "false": .bool(false), "False": .bool(false),
    "none": .none, "None": .none,
  ]

  mutating func primary() throws(TemplateError) -> Node {
    let start = offset
    switch current.kind {
    case .name(let name):
      advance()
      if let constant = Parser.constants[name] { return try Node(.literal(constant), at: start) }
      reads.insert(name)
      return try Node(.name(name), at: start)
    case .string(var text):
      advance()
      while case .string(let next) = current.kind {
        text += next
        advance()
      }
      return try Node(.literal(.string(text)), at: start)
    case .integer(let value):
      advance()
      return try Node(.literal(.int(value)), at: start)
    case .float(let value):
      advance()
      return try Node(.literal(.float(value)), at: start)
    case .symbol(.openParenthesis):
      advance()
      try enter()
      defer { leave() }
      let node = try tuple(isParenthesized: true)
      try expect(.closeParenthesis)
      return node
    case .symbol(.openBracket): return try list()
    case .symbol(.openBrace): return try dict()
    default: throw failure("unexpected '\(current.description)'")
    }
  }

  private mutating func list() throws(TemplateError) -> Node {
    let start = offset
    advance()
    var nodes: [Node] = []
    while !isSymbol(.closeBracket) {
      if !nodes.isEmpty { try expect(.comma) }
      if isSymbol(.closeBracket) { break }
      nodes.append(try expression())
    }
    advance()
    return try Node(.list(nodes), at: start)
  }

  private mutating func dict() throws(TemplateError) -> Node {
    let start = offset
    advance()
    var pairs: [(Node, Node)] = []
    while !isSymbol(.closeBrace) {
      if !pairs.isEmpty { try expect(.comma) }
      if isSymbol(.closeBrace) { break }
      let key = try expression()
      try expect(.colon)
      pairs.append((key, try expression()))
    }
    advance()
    return try Node(.dict(pairs), at: start)
  }

  mutating func postfix(_ node: Node) throws(TemplateError) -> Node {
    var node = node
    while case .symbol(let symbol) = current.kind {
      switch symbol {
      case .dot: node = try attribute(of: node)
      case .openBracket: node = try subscripted(node)
      case .openParenthesis: node = try call(node)
      default: return node
      }
    }
    return node
  }

  private mutating func attribute(of node: Node) throws(TemplateError) -> Node {
    let start = offset
    advance()
    let word = current
    advance()
    switch word.kind {
    case .name(let name): return try Node(.attribute(node, Name(name)), at: start)
    case .integer(let value):
      return try Node(.item(node, try Node(.literal(.int(value)), at: word.offset)), at: start)
    default: throw failure("expected name or number", at: word.offset)
    }
  }

  private mutating func subscripted(_ node: Node) throws(TemplateError) -> Node {
    let start = offset
    advance()
    var keys: [Node] = []
    while !isSymbol(.closeBracket) {
      if !keys.isEmpty { try expect(.comma) }
      let first = isSymbol(.colon) ? nil : try expression()
      if isSymbol(.colon) {
        let slice = try slice(from: first)
        guard keys.isEmpty, isSymbol(.closeBracket) else { throw unexpected("']'") }
        advance()
        return try Node(.slice(node, slice), at: start)
      }
      if let first { keys.append(first) }
    }
    advance()
    let key = keys.count == 1 ? keys[0] : try Node(.tuple(keys), at: start)
    return try Node(.item(node, key), at: start)
  }

  private mutating func slice(from start: Node?) throws(TemplateError) -> SliceSyntax {
    advance()
    let stop = try slicePart()
    let step = skip(.colon) ? try slicePart() : nil
    return SliceSyntax(start: start, stop: stop, step: step)
  }

  private mutating func slicePart() throws(TemplateError) -> Node? {
    switch current.kind {
    case .symbol(.colon), .symbol(.closeBracket), .symbol(.comma): nil
    default: try expression()
    }
  }

  private mutating func call(_ node: Node) throws(TemplateError) -> Node {
    let start = offset
    return try Node(.call(node, try callArguments()), at: start)
  }

  private mutating func callArguments() throws(TemplateError) -> CallSyntax {
    let start = offset
    var call = CallSyntax()
    func ensure(_ isInOrder: Bool) throws(TemplateError) {
      if !isInOrder {
        throw TemplateError(.syntax, "invalid syntax for function call expression", at: start)
      }
    }
    try expect(.openParenthesis)
    var isFirst = true
    while !isSymbol(.closeParenthesis) {
      if !isFirst {
        try expect(.comma)
        if isSymbol(.closeParenthesis) { break }
      }
      isFirst = false
      if skip(.multiply) {
        try ensure(call.splat == nil && call.namedSplat == nil)
        call.splat = try expression()
      } else if skip(.power) {
        try ensure(call.namedSplat == nil)
        call.namedSplat = try expression()
      } else if case .name(let name) = current.kind, following.kind == .symbol(.assign) {
        try ensure(call.namedSplat == nil && !call.named.contains { $0.name == name })
        advance()
        advance()
        call.named.append((name, try expression()))
      } else {
        try ensure(call.splat == nil && call.namedSplat == nil && call.named.isEmpty)
        call.positional.append(try expression())
      }
    }
    advance()
    return call
  }

  /// `|filter`, `is test` and calls of what they give.
  mutating func filters(on node: Node) throws(TemplateError) -> Node {
    var node = node
    while true {
      switch current.kind {
      case .symbol(.pipe):
        advance()
        let filter = try filterName()
        node = try Node(.filter(node, filter), at: filter.offset)
      case .name("is"): node = try test(on: node)
      case .symbol(.openParenthesis): node = try call(node)
      default: return node
      }
    }
  }

  /// All filters of a chain that starts with `|`.
  mutating func filterNames() throws(TemplateError) -> [NamedCall] {
    var names: [NamedCall] = []
    while skip(.pipe) { names.append(try filterName()) }
    return names
  }

  mutating func filterName() throws(TemplateError) -> NamedCall {
    let start = offset
    let name = try dottedName()
    let arguments = isSymbol(.openParenthesis) ? try callArguments() : CallSyntax()
    return named(name, in: Filters.table, "filter", arguments, at: start)
  }

  private mutating func dottedName() throws(TemplateError) -> String {
    var name = try expectName()
    while skip(.dot) { name += "." + (try expectName()) }
    return name
  }

  private mutating func test(on node: Node) throws(TemplateError) -> Node {
    let start = offset
    advance()
    let isNegated = skip("not")
    let name = try dottedName()
    var arguments = CallSyntax()
    if isSymbol(.openParenthesis) {
      arguments = try callArguments()
    } else if startsTestArgument {
      if isName("is") { throw failure("You cannot chain multiple tests with is") }
      arguments.positional = [try postfix(try primary())]
    }
    let test = named(name, in: Tests.table, "test", arguments, at: start)
    let result = try Node(.test(node, test), at: start)
    return isNegated ? try Node(.not(result), at: start) : result
  }

  /// A test may be given one argument without parentheses.
  private var startsTestArgument: Bool {
    switch current.kind {
    case .name(let name): !["else", "or", "and"].contains(name)
    case .string, .integer, .float, .symbol(.openBracket), .symbol(.openBrace): true
    default: false
    }
  }

  private mutating func named(
    _ name: String, in table: [String: Builtin], _ kind: String, _ arguments: CallSyntax,
    at offset: Int
  ) -> NamedCall {
    let builtin = table[name]
    if builtin == nil, !isConditional {
      unknown.append(failure("No \(kind) named '\(name)'.", at: offset))
    }
    return NamedCall(name: name, builtin: builtin, arguments: arguments, offset: offset)
  }
}
