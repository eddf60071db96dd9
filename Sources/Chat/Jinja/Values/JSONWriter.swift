/// `json.dumps`, as transformers gives it to templates.
struct JSONWriter {
  var ensuresASCII = false
  /// What one level is indented by; nil for one line.
  var indent: Text?
  var itemSeparator: Text
  var keySeparator: Text = ": "
  var sortsKeys = false
  let budget: Budget
  private(set) var text = Text()

  init(budget: Budget, indent: Text?) {
    self.budget = budget
    self.indent = indent
    itemSeparator = indent == nil ? ", " : ","
  }

  private mutating func append(_ part: Text) throws(TemplateError) {
    try budget.make(part.count)
    text += part
  }

  mutating func write(_ value: Value, level: Int = 0) throws(TemplateError) {
    switch value {
    case .none: try append("null")
    case .bool(let value): try append(value ? "true" : "false")
    case .int(let value): try append(Text(String(value)))
    case .float(let value): try append(JSONWriter.number(value))
    case .string(let string): try append(quoted(string))
    case .items(let items) where items.kind == .list || items.kind == .tuple:
      try group("[", "]", items.elements, level) { writer, element throws(TemplateError) in
        try writer.write(element, level: level + 1)
      }
    case .dict(let dict):
      var pairs = dict.pairs
      if sortsKeys { pairs = try Sorting.sorted(pairs, by: \.key) }
      try group("{", "}", pairs, level) { writer, pair throws(TemplateError) in
        try writer.append(writer.quoted(try JSONWriter.key(pair.key)))
        try writer.append(writer.keySeparator)
        try writer.write(pair.value, level: level + 1)
      }
    case .undefined, .items, .stream, .object:
      throw TemplateError(.value, "Object of type \(value.typeName) is not JSON serializable")
    }
  }

  private mutating func group<Element>(
    _ open: Text, _ close: Text, _ elements: [Element], _ level: Int,
    _ write: (inout JSONWriter, Element) throws(TemplateError) -> Void
  ) throws(TemplateError) {
    try append(open)
    for (index, element) in elements.enumerated() {
      if index > 0 { try append(itemSeparator) }
      try breakLine(level + 1)
      try write(&self, element)
    }
    if !elements.isEmpty { try breakLine(level) }
    try append(close)
  }

  private mutating func breakLine(_ level: Int) throws(TemplateError) {
    guard let indent else { return }
    try append("\n")
    for _ in 0..<level { try append(indent) }
  }

  private static func number(_ value: Double) -> Text {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity" }
    return Text(PythonFloat.repr(value))
  }

  private static func key(_ key: Value) throws(TemplateError) -> Text {
    switch key {
    case .string(let text): text
    case .none: "null"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): Text(String(value))
    case .float(let value): number(value)
    default:
      throw TemplateError(
        .value, "keys must be str, int, float, bool or None, not \(key.typeName)")
    }
  }

  private func quoted(_ string: Text) -> Text {
    var result: Text = "\""
    for scalar in string.scalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{8}": result += "\\b"
      case "\u{c}": result += "\\f"
      case "\u{0}"..<" ": result += JSONWriter.escape(UInt16(scalar.value))
      case _ where ensuresASCII && scalar.value > 0x7e:
        for unit in String(scalar).utf16 { result += JSONWriter.escape(unit) }
      default: result.scalars.append(scalar)
      }
    }
    result.scalars.append("\"")
    return result
  }

  private static func escape(_ unit: UInt16) -> Text {
    let code = String(unit, radix: 16)
    return Text("\\u" + String(repeating: "0", count: 4 - code.count) + code)
  }
}
