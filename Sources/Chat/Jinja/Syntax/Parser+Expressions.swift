/// Operators, from the weakest to the strongest.
extension Parser {
  /// One expression, or several with commas as a tuple.
  mutating func tuple(
    withConditional: Bool = true, endingAt end: String? = nil, isParenthesized: Bool = false
  ) throws(TemplateError) -> Node {
    let start = offset
    var nodes: [Node] = []
    var isTuple = false
    while true {
      if !nodes.isEmpty { try expect(.comma) }
      if isTupleEnd(end) { break }
      nodes.append(withConditional ? try expression() : try or())
      guard isSymbol(.comma) else { break }
      isTuple = true
    }
    if let only = nodes.first, !isTuple { return only }
    guard !nodes.isEmpty || isParenthesized else { throw unexpected("an expression") }
    return try Node(.tuple(nodes), at: start)
  }

  private func isTupleEnd(_ end: String?) -> Bool {
    switch current.kind {
    case .variableEnd, .blockEnd, .symbol(.closeParenthesis): true
    case .name(let name): name == end
    default: false
    }
  }

  /// `a if b else c`, and everything stronger.
  mutating func expression() throws(TemplateError) -> Node {
    try enter()
    defer { leave() }
    let start = offset
    let mark = unknown.count
    var node = try or()
    while skip("if") {
      let test = try or()
      let otherwise = skip("else") ? try expression() : nil
      node = try Node(.conditional(test: test, then: node, otherwise: otherwise), at: start)
      // All of it stands in a branch.
      unknown.removeSubrange(mark...)
    }
    return node
  }

  mutating func or() throws(TemplateError) -> Node {
    let start = offset
    var nodes = [try and()]
    while skip("or") { nodes.append(try and()) }
    return nodes.count == 1 ? nodes[0] : try Node(.or(nodes), at: start)
  }

  private mutating func and() throws(TemplateError) -> Node {
    let start = offset
    var nodes = [try not()]
    while skip("and") { nodes.append(try not()) }
    return nodes.count == 1 ? nodes[0] : try Node(.and(nodes), at: start)
  }

  private mutating func not() throws(TemplateError) -> Node {
    let start = offset
    var count = 0
    while skip("not") { count += 1 }
    var node = try compare()
    for _ in 0..<count { node = try Node(.not(node), at: start) }
    return node
  }

  private static let comparisons: [Token.Symbol: Comparison] = [
    .equal: .equal, .notEqual: .notEqual, .less: .less, .lessOrEqual: .lessOrEqual,
    .greater: .greater, .greaterOrEqual: .greaterOrEqual,
  ]

  private mutating func comparison() -> Comparison? {
    switch current.kind {
    case .symbol(let symbol):
      guard let comparison = Parser.comparisons[symbol] else { return nil }
      advance()
      return comparison
    case .name("in"):
      advance()
      return .contained
    case .name("not") where following.kind == .name("in"):
      advance()
      advance()
      return .notContained
    default: return nil
    }
  }

  private mutating func compare() throws(TemplateError) -> Node {
    let start = offset
    let first = try sum()
    var rest: [(Comparison, Node)] = []
    while let comparison = comparison() { rest.append((comparison, try sum())) }
    return rest.isEmpty ? first : try Node(.compare(first, rest), at: start)
  }

  private mutating func sum() throws(TemplateError) -> Node {
    try chain([.add: .add, .subtract: .subtract]) { parser throws(TemplateError) in
      try parser.concatenation()
    }
  }

  private mutating func concatenation() throws(TemplateError) -> Node {
    let start = offset
    var nodes = [try product()]
    while skip(.tilde) { nodes.append(try product()) }
    return nodes.count == 1 ? nodes[0] : try Node(.concatenate(nodes), at: start)
  }

  private mutating func product() throws(TemplateError) -> Node {
    try chain([
      .multiply: .multiply, .divide: .divide, .floorDivide: .floorDivide, .modulo: .modulo,
    ]) { parser throws(TemplateError) in
      try parser.chain([.power: .power]) { parser throws(TemplateError) in try parser.unary() }
    }
  }

  /// Operators of one strength; they bind to the left.
  private mutating func chain(
    _ operators: [Token.Symbol: Operator],
    _ operand: (inout Parser) throws(TemplateError) -> Node
  ) throws(TemplateError) -> Node {
    var node = try operand(&self)
    while case .symbol(let symbol) = current.kind, let found = operators[symbol] {
      let place = offset
      advance()
      node = try Node(.binary(found, node, try operand(&self)), at: place)
    }
    return node
  }

  private mutating func unary(withFilters: Bool = true) throws(TemplateError) -> Node {
    let start = offset
    var node: Node
    if isSymbol(.subtract) || isSymbol(.add) {
      try enter()
      defer { leave() }
      let isNegative = isSymbol(.subtract)
      advance()
      let operand = try unary(withFilters: false)
      node = try Node(isNegative ? .negate(operand) : .plus(operand), at: start)
    } else {
      node = try primary()
    }
    node = try postfix(node)
    return withFilters ? try filters(on: node) : node
  }
}
