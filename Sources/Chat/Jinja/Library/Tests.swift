/// Jinja2's tests by name.
enum Tests {
  static let table = Builtin.table(types + comparisons + numbers + strings)

  private static func type(
    _ name: String, _ holds: @escaping @Sendable (Value) -> Bool
  ) -> Builtin {
    Builtin(name) { call throws(TemplateError) in .bool(holds(call.subject)) }
  }

  private static let types: [Builtin] = [
    type("defined") { if case .undefined = $0 { false } else { true } },
    type("undefined") { if case .undefined = $0 { true } else { false } },
    type("none") { if case .none = $0 { true } else { false } },
    type("boolean") { if case .bool = $0 { true } else { false } },
    type("true") { if case .bool(true) = $0 { true } else { false } },
    type("false") { if case .bool(false) = $0 { true } else { false } },
    type("integer") { if case .int = $0 { true } else { false } },
    type("float") { if case .float = $0 { true } else { false } },
    type("number") { $0.number != nil },
    type("string") { if case .string = $0 { true } else { false } },
    type("mapping") { if case .dict = $0 { true } else { false } },
    type("sequence") { value in
      switch value {
      case .undefined, .string, .dict: true
      case .items(let items): items.kind.isSequence
      default: false
      }
    },
    type("iterable") { value in
      switch value {
      case .undefined, .string, .dict, .items, .stream: true
      case .object(let object): object is LoopContext
      default: false
      }
    },
    type("callable") { value in
      switch value {
      case .undefined: true
      case .object(let object): object.isCallable
      default: false
      }
    },
    type("escaped") { if case .string(let text) = $0 { text.isMarkup } else { false } },
  ]

  private static func comparison(
    _ comparison: Comparison, _ name: String, _ aliases: String...
  ) -> [Builtin] {
    ([name] + aliases).map { name in
      Builtin(name, "other", required: 1) { call throws(TemplateError) in
        .bool(try call.interpreter.holds(comparison, call.subject, call[0] ?? .none))
      }
    }
  }

  private static let comparisons: [Builtin] =
    comparison(.equal, "==", "eq", "equalto") + comparison(.notEqual, "!=", "ne")
    + comparison(.greater, ">", "gt", "greaterthan") + comparison(.greaterOrEqual, ">=", "ge")
    + comparison(.less, "<", "lt", "lessthan") + comparison(.lessOrEqual, "<=", "le")
    + comparison(.contained, "in") + [
      Builtin("sameas", "other", required: 1) { call throws(TemplateError) in
        .bool(isSame(call.subject, call[0] ?? .none))
      }
    ]

  /// Python's `is`, as far as values without identity have one: small and constant ones.
  private static func isSame(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.none, .none), (.undefined, .undefined): true
    case (.bool(let a), .bool(let b)): a == b
    case (.int(let a), .int(let b)): a == b
    case (.float(let a), .float(let b)): a == b
    case (.string(let a), .string(let b)): a == b
    case (.items(let a), .items(let b)): a === b
    case (.dict(let a), .dict(let b)): a === b
    case (.object(let a), .object(let b)): a === b
    case (.stream(let a), .stream(let b)): a === b
    default: false
    }
  }

  private static func remainder(_ call: Call, _ divisor: Value) throws(TemplateError) -> Value {
    try call.interpreter.binary(.modulo, call.subject, divisor)
  }

  private static let numbers: [Builtin] = [
    Builtin("odd") { call throws(TemplateError) in
      .bool(try remainder(call, .int(2)) == .int(1))
    },
    Builtin("even") { call throws(TemplateError) in
      .bool(try remainder(call, .int(2)) == .int(0))
    },
    Builtin("divisibleby", "num", required: 1) { call throws(TemplateError) in
      .bool(try remainder(call, call[0] ?? .none) == .int(0))
    },
  ]

  private static let strings: [Builtin] = [
    Builtin("lower") { call throws(TemplateError) in .bool(try call.subjectText().isLower) },
    Builtin("upper") { call throws(TemplateError) in .bool(try call.subjectText().isUpper) },
    Builtin("filter") { call throws(TemplateError) in
      .bool(Filters.table[try call.subjectText().string] != nil)
    },
    Builtin("test") { call throws(TemplateError) in
      .bool(Tests.table[try call.subjectText().string] != nil)
    },
  ]
}

extension Text {
  /// `str.islower`, `str.isupper`: at least one cased letter, and all of that case.
  var isLower: Bool {
    scalars.contains { $0.properties.isLowercase }
      && !scalars.contains { $0.properties.isUppercase }
  }
  var isUpper: Bool {
    scalars.contains { $0.properties.isUppercase }
      && !scalars.contains { $0.properties.isLowercase }
  }
}
