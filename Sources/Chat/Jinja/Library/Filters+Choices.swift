/// Filters that run other filters or tests over elements, or pick some of them.
extension Filters {
  static let choices: [Builtin] =
    [
      Builtin("map", takesMore: true) { call throws(TemplateError) in
        guard call.subject.isTrue else { return try call.stream(over: []) { nil } }
        let source = try call.interpreter.stream(of: call.subject)
        let inputs = call.more.all + [call.subject]
        guard let name = call.more.positional.first else {
          let (path, standard) = try mappedAttribute(call.more)
          return try call.stream(over: inputs) { () throws(TemplateError) in
            guard let element = try source.next() else { return nil }
            return try path.value(in: element, call.interpreter, standard: standard)
          }
        }
        var arguments = call.more
        arguments.positional.removeFirst()
        return try call.stream(over: inputs) { [arguments] () throws(TemplateError) in
          guard let element = try source.next() else { return nil }
          return try named(name, in: table, "filter", call)
            .call(on: element, arguments, call.interpreter)
        }
      },
      select("select", wanted: true, byAttribute: false),
      select("reject", wanted: false, byAttribute: false),
      select("selectattr", wanted: true, byAttribute: true),
      select("rejectattr", wanted: false, byAttribute: true),
      extreme("min") { candidate, best throws(TemplateError) in
        try Value.isLess(candidate, best)
      },
      extreme("max") { candidate, best throws(TemplateError) in
        try Value.isLess(best, candidate)
      },
      Builtin("unique", "case_sensitive", "attribute") { call throws(TemplateError) in
        let source = try call.interpreter.stream(of: call.subject)
        let path = AttributePath(call[1])
        var seen: Set<Value> = []
        return try call.stream(over: [call.subject]) { () throws(TemplateError) in
          while let element = try source.next() {
            try call.budget.step()
            let key = try path.value(in: element, call.interpreter).folded(call.flag(0))
            guard key.isHashable else {
              throw TemplateError(.value, "unhashable type: '\(key.typeName)'")
            }
            try call.budget.make(key.extent.weight)
            if seen.insert(key).inserted { return element }
          }
          return nil
        }
      },
    ]

  /// The filter or test that an argument names.
  private static func named(
    _ name: Value, in table: [String: Builtin], _ kind: String, _ call: Call
  ) throws(TemplateError) -> Builtin {
    let name = try name.text(call.budget).string
    guard let builtin = table[name] else {
      throw TemplateError(.syntax, "No \(kind) named '\(name)'.")
    }
    return builtin
  }

  /// `map(attribute=..., default=...)`
  private static func mappedAttribute(
    _ arguments: Arguments
  ) throws(TemplateError) -> (AttributePath, standard: Value?) {
    var attribute: Value?
    var standard: Value?
    for (name, value) in arguments.named {
      switch name {
      case "attribute": attribute = value
      case "default": if case .none = value {} else { standard = value }
      default: throw TemplateError(.value, "Unexpected keyword argument '\(name)'")
      }
    }
    guard let attribute else { throw TemplateError(.value, "map requires a filter argument") }
    return (AttributePath(attribute), standard)
  }

  private static func select(_ name: String, wanted: Bool, byAttribute: Bool) -> Builtin {
    Builtin(name, takesMore: true) { call throws(TemplateError) in
      guard call.subject.isTrue else { return try call.stream(over: []) { nil } }
      var rest = call.more.positional[...]
      guard let path = byAttribute ? rest.popFirst().map({ AttributePath($0) }) : AttributePath(nil)
      else { throw TemplateError(.value, "Missing parameter for attribute name") }
      let test = rest.popFirst()
      let arguments = Arguments(positional: Array(rest), named: call.more.named)
      let source = try call.interpreter.stream(of: call.subject)
      return try call.stream(over: call.more.all + [call.subject]) { () throws(TemplateError) in
        while let element = try source.next() {
          try call.budget.step()
          let value = try path.value(in: element, call.interpreter)
          let holds =
            if let test {
              try named(test, in: Tests.table, "test", call)
                .call(on: value, arguments, call.interpreter).isTrue
            } else { value.isTrue }
          if holds == wanted { return element }
        }
        return nil
      }
    }
  }

  private static func extreme(
    _ name: String,
    _ isBetter: @escaping @Sendable (Value, Value) throws(TemplateError) -> Bool
  ) -> Builtin {
    Builtin(name, "case_sensitive", "attribute") { call throws(TemplateError) in
      let path = AttributePath(call[1])
      var best: (key: Value, element: Value)?
      for element in try call.elements() {
        let key = try path.value(in: element, call.interpreter).folded(call.flag(0))
        try call.budget.visit(key.extent.weight)
        if let current = best, !(try isBetter(key, current.key)) { continue }
        best = (key, element)
      }
      return best?.element ?? .undefined("No aggregated item, sequence was empty.")
    }
  }
}
