extension Interpreter {
  /// How a list of statements ended.
  enum Flow {
    case through, breakLoop, continueLoop
  }

  func run(_ statements: [Statement], _ scope: Scope) throws(TemplateError) -> Flow {
    for statement in statements {
      let flow = try nested { () throws(TemplateError) in try run(statement, scope) }
      if flow != .through { return flow }
    }
    return .through
  }

  private func run(_ statement: Statement, _ scope: Scope) throws(TemplateError) -> Flow {
    switch statement {
    case .text(let text): try write(text)
    case .output(let node):
      let value = try evaluate(node, scope)
      do throws(TemplateError) { try write(try value.text(budget)) } catch {
        throw error.at(node.offset)
      }
    case .set(let target, let node): try assign(try evaluate(node, scope), to: target, scope)
    case .setBlock(let target, let filters, let body):
      let (text, flow) = try captured(body, scope)
      try assign(try apply(filters, to: .string(text), scope), to: target, scope)
      return flow
    case .conditional(let branches, let otherwise):
      for branch in branches where try evaluate(branch.test, scope).isTrue {
        return try run(branch.body, scope)
      }
      return try run(otherwise, scope)
    case .loop(let syntax):
      let source = try evaluate(syntax.source, scope)
      if syntax.isRecursive {
        try write(try recurse(syntax, over: source, scope, depth: 0))
      } else {
        try loop(syntax, over: source, scope)
      }
    case .macro(let syntax):
      scope.set(syntax.name, .object(try makeMacro(syntax, scope)))
    case .call(let callee, let arguments, let body, let offset):
      let function = try evaluate(callee, scope)
      var given = try evaluate(arguments, scope)
      given.named.append(("caller", .object(try makeMacro(body, scope))))
      do throws(TemplateError) {
        try write(try call(function, given).text(budget))
      } catch { throw error.at(offset) }
    case .filter(let filters, let body):
      let (text, flow) = try captured(body, scope)
      try write(try apply(filters, to: .string(text), scope).text(budget))
      return flow
    case .with(let assignments, let body):
      let inner = Scope(in: scope)
      for (target, node) in assignments {
        try assign(try evaluate(node, scope), to: target, inner)
      }
      return try run(body, inner)
    case .scope(let body): _ = try run(body, Scope(in: scope))
    case .breakLoop: return .breakLoop
    case .continueLoop: return .continueLoop
    case .refused(let message, let offset):
      throw TemplateError(.security, message, at: offset)
    }
    return .through
  }

  private func captured(
    _ body: [Statement], _ scope: Scope
  ) throws(TemplateError) -> (Text, Flow) {
    var flow = Flow.through
    let text = try capture { () throws(TemplateError) in
      flow = try run(body, Scope(in: scope))
    }
    return (text, flow)
  }

  func assign(_ value: Value, to target: Target, _ scope: Scope) throws(TemplateError) {
    switch target {
    case .name(let name): scope.set(name, value)
    case .attribute(let name, let attribute, let offset):
      guard case .object(let object) = scope.value(name), let namespace = object as? Namespace
      else {
        throw TemplateError(
          .value, "cannot assign attribute on non-namespace object '\(name)'", at: offset)
      }
      do throws(TemplateError) { try namespace.set(attribute, value) } catch {
        throw error.at(offset)
      }
    case .tuple(let targets, let offset):
      do throws(TemplateError) {
        let values = try elements(of: value)
        guard values.count == targets.count else {
          throw TemplateError(
            .value, "cannot unpack \(values.count) values into \(targets.count) names")
        }
        for (target, value) in zip(targets, values) { try assign(value, to: target, scope) }
      } catch { throw error.at(offset) }
    }
  }
}
