extension Interpreter {
  /// `value.name`: what the type has by that name comes before what a dictionary holds.
  func attribute(_ name: Name, of value: Value) throws(TemplateError) -> Value {
    if case .undefined(let undefined) = value { throw undefined.error }
    if let found = try typeAttribute(name.string, of: value) { return found }
    if case .dict(let dict) = value, let found = dict[name.text] { return found }
    return missing(value, "attribute '\(name.string)'")
  }

  /// `value[key]`: what it holds comes before what the type has by that name.
  func item(_ key: Value, of value: Value) throws(TemplateError) -> Value {
    switch value {
    case .undefined(let undefined): throw undefined.error
    case .dict(let dict):
      try budget.visit(key.extent.weight)
      if key.isHashable, let found = dict[key] { return found }
    case .items(let items) where items.kind.isSequence:
      if let index = key.wholeNumber,
        let position = Slicing.position(index, count: items.elements.count)
      {
        return items.elements[position]
      }
    case .string(let text):
      if let index = key.wholeNumber,
        let position = Slicing.position(index, count: text.count)
      {
        return .string(text.with([text.scalars[position]]))
      }
    default: break
    }
    if case .string(let name) = key {
      if let found = try typeAttribute(name.string, of: value) { return found }
      return missing(value, "attribute '\(name.string)'")
    }
    return missing(value, "element \(try key.repr(budget).string)")
  }

  private func missing(_ value: Value, _ what: String) -> Value {
    let owner: String =
      switch value {
      case .none: "None"
      default: "\(value.typeName) object"
      }
    return .undefined("'\(owner)' has no \(what)")
  }

  /// A method or attribute that values of this type have.
  private func typeAttribute(_ name: String, of value: Value) throws(TemplateError) -> Value? {
    if name.hasPrefix("__"), name.hasSuffix("__") {
      return .undefined(unsafe(name, value))
    }
    if case .object(let object) = value { return try object.attribute(name) }
    guard let methods = Methods.table(of: value) else { return nil }
    if methods.unsafe.contains(name) { return .undefined(unsafe(name, value)) }
    return methods.builtins[name].map { .object(Function($0, on: value)) }
  }

  private func unsafe(_ name: String, _ value: Value) -> Undefined {
    Undefined(
      "access to attribute '\(name)' of '\(value.typeName)' object is unsafe.", .security)
  }

  /// What a loop runs over, one at a time.
  func stream(of value: Value) throws(TemplateError) -> Stream {
    if case .stream(let stream) = value { return stream }
    let elements = try elements(of: value)
    var index = 0
    return try Stream(over: [value]) {
      guard index < elements.count else { return nil }
      defer { index += 1 }
      return elements[index]
    }
  }

  /// What a loop runs over, all of it.
  func elements(of value: Value) throws(TemplateError) -> [Value] {
    switch value {
    case .items(let items): return items.elements
    case .dict(let dict): return dict.keys
    case .string(let text):
      try budget.make(text.count, of: 64)
      return text.scalars.map { .string(text.with([$0])) }
    case .undefined: return []
    case .stream(let stream):
      var elements: [Value] = []
      while let element = try stream.next() {
        try budget.make(1, of: 32)
        try budget.step()
        elements.append(element)
      }
      return elements
    case .none, .bool, .int, .float, .object:
      throw TemplateError(.value, "'\(value.typeName)' object is not iterable")
    }
  }
}

extension Value {
  /// Python's `len`, for what has one.
  var count: Int? {
    switch self {
    case .undefined: 0
    case .string(let text): text.count
    case .items(let items): items.elements.count
    case .dict(let dict): dict.count
    case .none, .bool, .int, .float, .stream, .object: nil
    }
  }
}
