/// Python's equality: numbers of all types are one kind, and so are plain strings and markup.
extension Value: Hashable {
  static func == (a: Value, b: Value) -> Bool {
    if let a = a.number, let b = b.number { return a == b }
    switch (a, b) {
    case (.undefined, .undefined), (.none, .none): return true
    case (.string(let a), .string(let b)): return a == b
    case (.items(let a), .items(let b)):
      return a === b || (a.isComparable(to: b) && a.elements == b.elements)
    case (.dict(let a), .dict(let b)):
      return a === b
        || (a.count == b.count && a.pairs.allSatisfy { pair in b[pair.key] == pair.value })
    case (.stream(let a), .stream(let b)): return a === b
    case (.object(let a), .object(let b)): return a === b
    default: return false
    }
  }

  func hash(into hasher: inout Hasher) {
    switch self {
    case .undefined, .none, .dict: break
    case .bool, .int, .float: hasher.combine(number)
    case .string(let text): hasher.combine(text)
    case .items(let items): for element in items.elements { hasher.combine(element) }
    case .stream(let stream): hasher.combine(ObjectIdentifier(stream))
    case .object(let object): hasher.combine(ObjectIdentifier(object))
    }
  }

  /// Whether Python lets it be the key of a dictionary.
  var isHashable: Bool {
    switch self {
    case .dict: false
    case .items(let items):
      switch items.kind {
      case .tuple: items.elements.allSatisfy(\.isHashable)
      case .range, .values: true
      case .list, .keys, .pairs: false
      }
    default: true
    }
  }

  /// The value of a number or boolean.
  var number: Number? {
    switch self {
    case .bool(let value): .int(value ? 1 : 0)
    case .int(let value): .int(value)
    case .float(let value): .float(value)
    default: nil
    }
  }

  /// Python's `<`; an error where the types have no order.
  static func isLess(_ a: Value, _ b: Value) throws(TemplateError) -> Bool {
    if let a = a.number, let b = b.number { return a < b }
    switch (a, b) {
    case (.undefined(let undefined), _), (_, .undefined(let undefined)): throw undefined.error
    case (.string(let a), .string(let b)): return a < b
    case (.items(let x), .items(let y)) where x.kind == y.kind && x.isOrdered:
      for (a, b) in zip(x.elements, y.elements) where a != b { return try isLess(a, b) }
      return x.elements.count < y.elements.count
    default:
      throw TemplateError(
        .value, "'<' not supported between instances of '\(a.typeName)' and '\(b.typeName)'")
    }
  }
}

extension Items {
  fileprivate var isOrdered: Bool { kind == .list || kind == .tuple }
  fileprivate func isComparable(to other: Items) -> Bool {
    switch (kind, other.kind) {
    case (.range, .range): true
    default: kind == other.kind && kind != .values
    }
  }
}

/// An integer or a floating-point number; equal ones hash alike, as in Python.
enum Number: Hashable {
  case int(Int)
  case float(Double)

  var double: Double {
    switch self {
    case .int(let value): Double(value)
    case .float(let value): value
    }
  }

  static func == (a: Number, b: Number) -> Bool {
    switch (a, b) {
    case (.int(let a), .int(let b)): a == b
    case (.float(let a), .float(let b)): a == b
    case (.int(let a), .float(let b)), (.float(let b), .int(let a)): Int(exactly: b) == a
    }
  }

  static func < (a: Number, b: Number) -> Bool {
    if case (.int(let a), .int(let b)) = (a, b) { return a < b }
    return a.double < b.double
  }

  func hash(into hasher: inout Hasher) {
    switch self {
    case .int(let value): hasher.combine(value)
    case .float(let value):
      if let whole = Int(exactly: value) { hasher.combine(whole) } else { hasher.combine(value) }
    }
  }
}
