/// Python's `str` and `repr`.
extension Value {
  /// `str(value)`, paid for from the budget.
  func text(_ budget: Budget) throws(TemplateError) -> Text {
    if case .string(let text) = self { return text }
    if case .undefined = self { return Text() }
    var writer = ReprWriter(budget: budget)
    try writer.write(self)
    return writer.text
  }

  func repr(_ budget: Budget) throws(TemplateError) -> Text {
    var writer = ReprWriter(budget: budget)
    try writer.write(self)
    return writer.text
  }
}

private struct ReprWriter {
  let budget: Budget
  var text = Text()
  private var depth = 0

  init(budget: Budget) { self.budget = budget }

  private mutating func append(_ part: Text) throws(TemplateError) {
    try budget.make(part.count)
    text += part
  }

  mutating func write(_ value: Value) throws(TemplateError) {
    depth += 1
    defer { depth -= 1 }
    // Only a namespace that holds itself gets here: everything else is bounded when it is made.
    guard depth <= 2 * RenderLimits.valueDepth else {
      throw TemplateError(.limit, "a value of the template is nested too deep to be shown")
    }
    switch value {
    case .undefined: try append("Undefined")
    case .none: try append("None")
    case .bool(let value): try append(value ? "True" : "False")
    case .int(let value): try append(Text(String(value)))
    case .float(let value): try append(Text(PythonFloat.repr(value)))
    case .string(let string):
      let quoted = Value.quoted(string)
      try append(string.isMarkup ? Text("Markup(") + quoted + ")" : quoted)
    case .items(let items): try write(items)
    case .dict(let dict): try write(dict.pairs)
    case .stream: try append("<generator object>")
    case .object(let object as Namespace):
      try append("<Namespace ")
      var pairs: [(key: Value, value: Value)] = []
      for name in object.names {
        if let value = object.attribute(name) { pairs.append((.text(name), value)) }
      }
      try write(pairs)
      try append(">")
    case .object(let object): try append(Text("<\(object.typeName)>"))
    }
  }

  private mutating func write(_ pairs: [(key: Value, value: Value)]) throws(TemplateError) {
    try append("{")
    for (index, pair) in pairs.enumerated() {
      if index > 0 { try append(", ") }
      try write(pair.key)
      try append(": ")
      try write(pair.value)
    }
    try append("}")
  }

  private mutating func write(_ items: Items) throws(TemplateError) {
    switch items.kind {
    case .list: try write(items.elements, "[", "]")
    case .tuple: try write(items.elements, "(", items.elements.count == 1 ? ",)" : ")")
    case .keys: try write(items.elements, "dict_keys([", "])")
    case .values: try write(items.elements, "dict_values([", "])")
    case .pairs: try write(items.elements, "dict_items([", "])")
    case .range(let start, let stop, let step):
      try append(Text("range(\(start), \(stop)\(step == 1 ? "" : ", \(step)"))"))
    }
  }

  private mutating func write(
    _ elements: [Value], _ open: Text, _ close: Text
  ) throws(TemplateError) {
    try append(open)
    for (index, element) in elements.enumerated() {
      if index > 0 { try append(", ") }
      try write(element)
    }
    try append(close)
  }
}

extension Text {
  static func + (a: Text, b: Text) -> Text { a.with(a.scalars + b.scalars) }
}

extension Value {
  /// `repr` of a string.
  static func quoted(_ string: Text) -> Text {
    let quote: Unicode.Scalar =
      string.scalars.contains("'") && !string.scalars.contains("\"") ? "\"" : "'"
    var result = Text([quote])
    for scalar in string.scalars {
      switch scalar {
      case quote, "\\": result.scalars += ["\\", scalar]
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.isPythonPrintable: result.scalars.append(scalar)
      default:
        let code = String(scalar.value, radix: 16)
        let (letter, width) =
          scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
        result += Text(
          "\\\(letter)" + String(repeating: "0", count: max(0, width - code.count)) + code)
      }
    }
    result.scalars.append(quote)
    return result
  }
}
