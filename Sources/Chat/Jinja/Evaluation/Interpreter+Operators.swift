extension Interpreter {
  /// An arithmetic operator, of numbers and of what else Python gives it a meaning for.
  func binary(
    _ symbol: Operator, _ left: Value, _ right: Value
  ) throws(TemplateError) -> Value {
    switch (symbol, left, right) {
    case (_, .undefined(let undefined), _), (_, _, .undefined(let undefined)):
      // Python formats what a string is given before it looks closer.
      if symbol == .modulo, case .string(let format) = left {
        return .string(try PercentFormat.format(format, Arguments(positional: [right]), self))
      }
      throw undefined.error
    case (.add, .string(let a), .string(let b)):
      try budget.make(a.count + b.count)
      return .string(try joined(a, b))
    case (.add, .items(let a), .items(let b)) where a.kind == b.kind && a.kind.isAddable:
      try budget.make(a.elements.count + b.elements.count, of: 32)
      return .items(try Items(a.kind, a.elements + b.elements))
    case (.multiply, .string(let text), _) where right.wholeNumber != nil:
      return try repeated(text, right.wholeNumber ?? 0)
    case (.multiply, _, .string(let text)) where left.wholeNumber != nil:
      return try repeated(text, left.wholeNumber ?? 0)
    case (.multiply, .items(let items), _)
    where right.wholeNumber != nil && items.kind.isAddable:
      return try repeated(items, right.wholeNumber ?? 0)
    case (.multiply, _, .items(let items)) where left.wholeNumber != nil && items.kind.isAddable:
      return try repeated(items, left.wholeNumber ?? 0)
    case (.modulo, .string(let format), _):
      return .string(try PercentFormat.format(format, PercentFormat.arguments(right), self))
    default: return try Arithmetic.combine(symbol, left, right)
    }
  }

  /// Adding to markup escapes what is none.
  private func joined(_ a: Text, _ b: Text) throws(TemplateError) -> Text {
    guard a.isMarkup || b.isMarkup else { return Text(a.scalars + b.scalars) }
    return Text(a.escaped.scalars + b.escaped.scalars, isMarkup: true)
  }

  private func repeated(_ text: Text, _ count: Int) throws(TemplateError) -> Value {
    guard count > 0 else { return .string(text.with([])) }
    let (length, overflow) = text.count.multipliedReportingOverflow(by: count)
    try budget.make(overflow ? Int.max : length)
    return .string(text.with(repeatElement(text.scalars, count: count).joined()))
  }

  private func repeated(_ items: Items, _ count: Int) throws(TemplateError) -> Value {
    guard count > 0, !items.elements.isEmpty else { return .items(try Items(items.kind, [])) }
    let (length, overflow) = items.elements.count.multipliedReportingOverflow(by: count)
    try budget.make(overflow ? Int.max : length, of: 32)
    let elements = Array(repeatElement(items.elements, count: count).joined())
    return .items(try Items(items.kind, elements))
  }
}

extension Items.Kind {
  fileprivate var isAddable: Bool { self == .list || self == .tuple }
}

extension Value {
  /// An integer, which a boolean is too.
  var wholeNumber: Int? {
    switch self {
    case .int(let value): value
    case .bool(let value): value ? 1 : 0
    default: nil
    }
  }
}
