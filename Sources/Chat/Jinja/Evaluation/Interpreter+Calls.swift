extension Interpreter {
  func call(_ function: Value, _ arguments: Arguments) throws(TemplateError) -> Value {
    switch function {
    case .undefined(let undefined): throw undefined.error
    case .object(let object): return try object.call(arguments, self)
    default: throw TemplateError(.value, "'\(function.typeName)' object is not callable")
    }
  }

  /// Filters of a block, one after another.
  func apply(
    _ filters: [NamedCall], to value: Value, _ scope: Scope
  ) throws(TemplateError) -> Value {
    var value = value
    for filter in filters { value = try apply(filter, "filter", to: value, scope) }
    return value
  }

  func apply(
    _ call: NamedCall, _ kind: String, to value: Value, _ scope: Scope
  ) throws(TemplateError) -> Value {
    do throws(TemplateError) {
      guard let builtin = call.builtin else {
        throw TemplateError(.syntax, "No \(kind) named '\(call.name)' found.")
      }
      return try builtin.call(on: value, try evaluate(call.arguments, scope), self)
    } catch { throw error.at(call.offset) }
  }

  func evaluate(_ call: CallSyntax, _ scope: Scope) throws(TemplateError) -> Arguments {
    var arguments = Arguments()
    for node in call.positional { arguments.positional.append(try evaluate(node, scope)) }
    for (name, node) in call.named {
      arguments.named.append((name, try evaluate(node, scope)))
    }
    if let splat = call.splat {
      arguments.positional += try elements(of: try evaluate(splat, scope))
    }
    if let splat = call.namedSplat {
      guard case .dict(let dict) = try evaluate(splat, scope) else {
        throw TemplateError(.value, "argument after ** must be a mapping", at: splat.offset)
      }
      for (key, value) in dict.pairs {
        guard case .string(let name) = key else {
          throw TemplateError(.value, "keywords must be strings", at: splat.offset)
        }
        let string = name.string
        guard !arguments.named.contains(where: { $0.name == string }) else {
          throw TemplateError(
            .value, "got multiple values for keyword argument '\(string)'", at: splat.offset)
        }
        arguments.named.append((string, value))
      }
    }
    try budget.make(arguments.positional.count + arguments.named.count, of: 48)
    return arguments
  }
}

/// A macro, and the scope that it was defined in.
final class Macro: TemplateObject {
  private let syntax: MacroSyntax
  private let scope: Scope
  var typeName: String { "Macro" }
  var isCallable: Bool { true }

  init(_ syntax: MacroSyntax, _ scope: Scope) {
    self.syntax = syntax
    self.scope = scope
  }

  func attribute(_ name: String) throws(TemplateError) -> Value? {
    switch name {
    case "name": .text(syntax.name)
    case "arguments": try .tuple(syntax.parameters.map { .text($0.name) })
    case "caller": .bool(syntax.reads.contains("caller"))
    case "catch_kwargs": .bool(syntax.reads.contains("kwargs"))
    case "catch_varargs": .bool(syntax.reads.contains("varargs"))
    default: nil
    }
  }

  func call(_ arguments: Arguments, _ interpreter: Interpreter) throws(TemplateError) -> Value {
    let frame = Scope(in: scope)
    var named = arguments.named
    func take(_ name: String) -> Value? {
      named.firstIndex { $0.name == name }.map { named.remove(at: $0).value }
    }
    var missing: [(name: String, standard: Node?)] = []
    for (index, parameter) in syntax.parameters.enumerated() {
      if index < arguments.positional.count {
        frame.set(parameter.name, arguments.positional[index])
      } else if let value = take(parameter.name) {
        frame.set(parameter.name, value)
      } else {
        missing.append(parameter)
      }
    }
    let extra = arguments.positional.dropFirst(syntax.parameters.count)
    if syntax.reads.contains("caller"), !syntax.parameters.contains(where: { $0.name == "caller" })
    {
      frame.set("caller", take("caller") ?? .undefined("No caller defined"))
    }
    if syntax.reads.contains("kwargs") {
      frame.set("kwargs", .dict(try Dict(named.map { (.text($0.name), $0.value) })))
    } else if let unknown = named.first {
      throw TemplateError(
        .value, "macro '\(syntax.name)' takes no keyword argument '\(unknown.name)'")
    }
    if syntax.reads.contains("varargs") {
      frame.set("varargs", try .tuple(Array(extra)))
    } else if !extra.isEmpty {
      throw TemplateError(
        .value,
        "macro '\(syntax.name)' takes not more than \(syntax.parameters.count) argument(s)")
    }
    return .string(
      try interpreter.nested { () throws(TemplateError) in
        for (name, standard) in missing {
          frame.set(
            name,
            try standard.map { node throws(TemplateError) in
              try interpreter.evaluate(node, frame)
            } ?? .undefined("parameter '\(name)' was not provided"))
        }
        return try interpreter.capture { () throws(TemplateError) in
          _ = try interpreter.run(syntax.body, frame)
        }
      })
  }
}
