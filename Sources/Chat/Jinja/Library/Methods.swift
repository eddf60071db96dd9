/// The methods that Python's types have, and those that the sandbox keeps from templates.
enum Methods {
  struct Table {
    let builtins: [String: Builtin]
    var unsafe: Set<String> = []
  }

  static func table(of value: Value) -> Table? {
    switch value {
    case .string: Table(builtins: texts)
    case .dict: Table(builtins: dicts, unsafe: unsafeOfDicts)
    case .items(let items):
      switch items.kind {
      case .list: Table(builtins: lists, unsafe: unsafeOfLists)
      case .tuple, .range: Table(builtins: sequences)
      case .keys, .values, .pairs: nil
      }
    case .float: Table(builtins: floats)
    default: nil
    }
  }

  private static let unsafeOfDicts: Set<String> = [
    "clear", "pop", "popitem", "setdefault", "update",
  ]
  private static let unsafeOfLists: Set<String> = [
    "append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove",
  ]

  private static func dict(_ call: Call) throws(TemplateError) -> Dict {
    guard case .dict(let dict) = call.subject else {
      throw TemplateError(.value, "\(call.name)() needs a dictionary")
    }
    return dict
  }

  static let dicts = Builtin.table([
    Builtin("get", "key", "default", required: 1) { call throws(TemplateError) in
      let key = call[0] ?? .none
      guard key.isHashable else {
        throw TemplateError(.value, "unhashable type: '\(key.typeName)'")
      }
      try call.budget.visit(key.extent.weight)
      return try dict(call)[key] ?? call[1] ?? .none
    },
    Builtin("items") { call throws(TemplateError) in
      let dict = try dict(call)
      try call.budget.make(dict.count, of: 128)
      return .items(try Items(.pairs, try dict.tuples()))
    },
    Builtin("keys") { call throws(TemplateError) in
      let dict = try dict(call)
      try call.budget.make(dict.count, of: 32)
      return .items(try Items(.keys, dict.keys))
    },
    Builtin("values") { call throws(TemplateError) in
      let dict = try dict(call)
      try call.budget.make(dict.count, of: 32)
      return .items(try Items(.values, dict.values))
    },
    Builtin("copy") { call throws(TemplateError) in .dict(try dict(call)) },
  ])

  private static let sequences = Builtin.table([
    Builtin("index", "value", "start", "stop", required: 1) { call throws(TemplateError) in
      let elements = try call.elements()
      try call.budget.visit(call.subject.extent.weight)
      let range = try Slicing.indices(
        call[1] ?? .none, call[2] ?? .none, .none, count: elements.count)
      guard let found = range.first(where: { elements[$0] == call[0] }) else {
        throw TemplateError(.value, "the value is not in the list")
      }
      return .int(found)
    },
    Builtin("count", "value", required: 1) { call throws(TemplateError) in
      try call.budget.visit(call.subject.extent.weight)
      return .int(try call.elements().count { $0 == call[0] })
    },
  ])

  private static let lists = sequences.merging([
    "copy": Builtin("copy") { call throws(TemplateError) in call.subject }
  ]) { first, _ in first }

  private static let floats = Builtin.table([
    Builtin("is_integer") { call throws(TemplateError) in
      guard case .float(let value) = call.subject else { return .bool(true) }
      return .bool(value.isFinite && value == value.rounded())
    }
  ])
}
