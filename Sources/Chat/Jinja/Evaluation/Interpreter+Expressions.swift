extension Interpreter {
  func evaluate(_ node: Node, _ scope: Scope) throws(TemplateError) -> Value {
    do throws(TemplateError) {
      return try nested { () throws(TemplateError) in try value(of: node, scope) }
    } catch { throw error.at(node.offset) }
  }

  private func value(of node: Node, _ scope: Scope) throws(TemplateError) -> Value {
    switch node.expression {
    case .literal(let literal): return Value(literal)
    case .name(let name): return scope.value(name) ?? .undefined("'\(name)' is undefined")
    case .list(let nodes): return try .list(try evaluate(nodes, scope))
    case .tuple(let nodes): return try .tuple(try evaluate(nodes, scope))
    case .dict(let pairs):
      var values: [(key: Value, value: Value)] = []
      for pair in pairs {
        values.append((try evaluate(pair.key, scope), try evaluate(pair.value, scope)))
      }
      try budget.make(pairs.count, of: 64)
      return .dict(try Dict(values))
    case .attribute(let node, let name):
      return try attribute(name, of: try evaluate(node, scope))
    case .item(let node, let key):
      return try item(try evaluate(key, scope), of: try evaluate(node, scope))
    case .slice(let node, let slice):
      let value = try evaluate(node, scope)
      return try Slicing.slice(
        value, try evaluate(slice.start, scope), try evaluate(slice.stop, scope),
        try evaluate(slice.step, scope), budget)
    case .call(let callee, let arguments):
      let function = try evaluate(callee, scope)
      return try call(function, try evaluate(arguments, scope))
    case .filter(let node, let filter):
      return try apply(filter, "filter", to: try evaluate(node, scope), scope)
    case .test(let node, let test):
      return try apply(test, "test", to: try evaluate(node, scope), scope)
    case .not(let node): return .bool(!(try evaluate(node, scope).isTrue))
    case .negate(let node):
      return try Arithmetic.combine(.subtract, .int(0), try evaluate(node, scope), unary: "-")
    case .plus(let node):
      return try Arithmetic.combine(.add, .int(0), try evaluate(node, scope), unary: "+")
    case .binary(let symbol, let left, let right):
      let (left, right) = (try evaluate(left, scope), try evaluate(right, scope))
      return try binary(symbol, left, right)
    case .concatenate(let nodes):
      var result = Text()
      for node in nodes {
        let text = try evaluate(node, scope).text(budget)
        try budget.make(text.count)
        result += text
      }
      return .string(result)
    case .compare(let first, let rest): return try compare(first, rest, scope)
    case .and(let nodes): return try firstDecisive(nodes, scope) { !$0.isTrue }
    case .or(let nodes): return try firstDecisive(nodes, scope) { $0.isTrue }
    case .conditional(let test, let then, let otherwise):
      if try evaluate(test, scope).isTrue { return try evaluate(then, scope) }
      if let otherwise { return try evaluate(otherwise, scope) }
      return .undefined(
        "the inline if-expression evaluated to false and no else section was defined.")
    }
  }

  private func evaluate(_ node: Node?, _ scope: Scope) throws(TemplateError) -> Value {
    if let node { try evaluate(node, scope) } else { .none }
  }

  private func evaluate(_ nodes: [Node], _ scope: Scope) throws(TemplateError) -> [Value] {
    try budget.make(nodes.count, of: 32)
    var values: [Value] = []
    values.reserveCapacity(nodes.count)
    for node in nodes { values.append(try evaluate(node, scope)) }
    return values
  }

  /// `and` and `or` give the operand that decides.
  private func firstDecisive(
    _ nodes: [Node], _ scope: Scope, _ decides: (Value) -> Bool
  ) throws(TemplateError) -> Value {
    var value = Value.none
    for node in nodes {
      value = try evaluate(node, scope)
      if decides(value) { break }
    }
    return value
  }

  private func compare(
    _ first: Node, _ rest: [(Comparison, Node)], _ scope: Scope
  ) throws(TemplateError) -> Value {
    var left = try evaluate(first, scope)
    for (comparison, node) in rest {
      let right = try evaluate(node, scope)
      guard try holds(comparison, left, right) else { return .bool(false) }
      left = right
    }
    return .bool(true)
  }

  func holds(
    _ comparison: Comparison, _ left: Value, _ right: Value
  ) throws(TemplateError) -> Bool {
    try budget.visit(min(left.extent.weight, right.extent.weight))
    return switch comparison {
    case .equal: left == right
    case .notEqual: left != right
    case .less: try Value.isLess(left, right)
    case .greater: try Value.isLess(right, left)
    case .lessOrEqual: try isLessOrEqual(left, right)
    case .greaterOrEqual: try isLessOrEqual(right, left)
    case .contained: try contains(left, in: right)
    case .notContained: !(try contains(left, in: right))
    }
  }

  private func isLessOrEqual(_ left: Value, _ right: Value) throws(TemplateError) -> Bool {
    // Not the opposite of `>`: a number that is none is neither.
    try Value.isLess(left, right) || left == right
  }

  /// Python's `in`.
  func contains(_ value: Value, in container: Value) throws(TemplateError) -> Bool {
    switch container {
    case .string(let text):
      guard case .string(let part) = value else {
        throw TemplateError(
          .value, "'in <string>' requires string as left operand, not \(value.typeName)")
      }
      try budget.visit(text.count)
      return text.firstRange(of: part) != nil
    case .dict(let dict):
      guard value.isHashable else {
        throw TemplateError(.value, "unhashable type: '\(value.typeName)'")
      }
      return dict[value] != nil
    default:
      let elements = try stream(of: container)
      while let element = try elements.next() {
        try budget.step()
        try budget.visit(min(element.extent.weight, value.extent.weight))
        if element == value { return true }
      }
      return false
    }
  }
}

extension Value {
  init(_ literal: Literal) {
    switch literal {
    case .none: self = .none
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .string(let text): self = .string(text)
    }
  }
}
