import Foundation

/// Python's format specification: `[[fill]align][sign][#][0][width][,][.precision][type]`.
struct FormatSpec {
  var fill: Unicode.Scalar = " "
  /// `<`, `>`, `^`, or `=` for padding between sign and digits.
  var alignment: Unicode.Scalar?
  var sign: Unicode.Scalar = "-"
  var isAlternate = false
  var width = 0
  var grouping: Unicode.Scalar?
  var precision: Int?
  var type: Unicode.Scalar?

  /// Widths and precisions beyond this are an error.
  static let limit = 4096

  init() {}

  init(_ spec: Text) throws(TemplateError) {
    var rest = spec.scalars[...]
    let alignments: Set<Unicode.Scalar> = ["<", ">", "^", "="]
    if let second = rest.dropFirst().first, alignments.contains(second), let first = rest.first {
      (fill, alignment) = (first, second)
      rest = rest.dropFirst(2)
    } else if let first = rest.first, alignments.contains(first) {
      alignment = first
      rest = rest.dropFirst()
    }
    if let first = rest.first, ["+", "-", " "].contains(first) {
      sign = first
      rest = rest.dropFirst()
    }
    if rest.first == "#" {
      isAlternate = true
      rest = rest.dropFirst()
    }
    if rest.first == "0" {
      if alignment == nil { (fill, alignment) = ("0", "=") }
      rest = rest.dropFirst()
    }
    width = try FormatSpec.number(&rest) ?? 0
    if let first = rest.first, first == "," || first == "_" {
      grouping = first
      rest = rest.dropFirst()
    }
    if rest.first == "." {
      rest = rest.dropFirst()
      guard let digits = try FormatSpec.number(&rest) else {
        throw TemplateError(.value, "Format specifier missing precision")
      }
      precision = digits
    }
    type = rest.popFirst()
    guard rest.isEmpty else { throw TemplateError(.value, "Invalid format specifier") }
  }

  /// Digits at the start of `rest`.
  static func number(_ rest: inout ArraySlice<Unicode.Scalar>) throws(TemplateError) -> Int? {
    let digits = rest.prefix(while: \.isASCIIDigit)
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    guard let value = Int(Text(digits).string), value <= limit else {
      throw TemplateError(.limit, "Too many decimal digits in format string")
    }
    return value
  }

  func format(_ value: Value, _ budget: Budget) throws(TemplateError) -> Text {
    switch (value, type) {
    case (.string(let text), nil), (.string(let text), "s"): return try padded(cut(text), budget)
    case (.bool, nil): return try padded(cut(try value.text(budget)), budget)
    case (.int, _), (.bool, _), (.float, _):
      guard let number = value.number else { break }
      return try format(number, budget)
    default: break
    }
    throw TemplateError(
      .value, "unsupported format string passed to \(value.typeName).__format__")
  }

  private func cut(_ text: Text) -> Text {
    precision.map { text.with(text.scalars.prefix($0)) } ?? text
  }

  /// Strings stand at the left.
  func padded(_ text: Text, _ budget: Budget) throws(TemplateError) -> Text {
    guard alignment != "=" else {
      throw TemplateError(.value, "'=' alignment not allowed in string format specifier")
    }
    return try padded(sign: "", text, alignment ?? "<", budget)
  }

  private func padded(
    sign: Text, _ digits: Text, _ alignment: Unicode.Scalar, _ budget: Budget
  ) throws(TemplateError) -> Text {
    let margin = max(0, width - sign.count - digits.count)
    try budget.make(margin + sign.count + digits.count)
    func space(_ count: Int) -> Text { Text(repeatElement(fill, count: count)) }
    return switch alignment {
    case "<": sign + digits + space(margin)
    case "^": space(margin / 2) + sign + digits + space(margin - margin / 2)
    case "=": sign + space(margin) + digits
    default: space(margin) + sign + digits
    }
  }

  func format(_ number: Number, _ budget: Budget) throws(TemplateError) -> Text {
    let isNegative: Bool
    var digits: String
    var prefix = ""
    switch (number, type) {
    case (.int(let value), nil), (.int(let value), "d"), (.int(let value), "n"):
      (isNegative, digits) = (value < 0, String(value.magnitude))
    case (.int(let value), "x"), (.int(let value), "X"), (.int(let value), "o"),
      (.int(let value), "b"):
      let radix = type == "o" ? 8 : type == "b" ? 2 : 16
      (isNegative, digits) = (
        value < 0, String(value.magnitude, radix: radix, uppercase: type == "X")
      )
      if isAlternate, let type { prefix = "0" + String(type) }
    case (.int(let value), "c"):
      guard let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init) else {
        throw TemplateError(.value, "%c arg not in range")
      }
      return try padded(Text([scalar]), budget)
    default:
      let value = number.double
      (isNegative, digits) = (value.sign == .minus && !value.isNaN, try float(value.magnitude))
    }
    if let grouping { digits = grouped(digits, by: grouping) }
    let mark = isNegative ? "-" : sign == "-" ? "" : String(sign)
    return try padded(sign: Text(mark + prefix), Text(digits), alignment ?? ">", budget)
  }

  private func float(_ value: Double) throws(TemplateError) -> String {
    guard value.isFinite else {
      let name = value.isNaN ? "nan" : "inf"
      return (type?.properties.isUppercase ?? false) ? name.uppercased() : name
    }
    let digits = precision ?? 6
    switch type {
    case nil:
      guard let precision else { return PythonFloat.repr(value) }
      let text = String(format: "%.\(max(1, precision))g", value)
      return text.contains(".") || text.contains("e") ? text : text + ".0"
    case "f", "F": return String(format: "%.\(digits)f", value)
    case "e": return String(format: "%.\(digits)e", value)
    case "E": return String(format: "%.\(digits)E", value)
    case "g", "n": return String(format: "%.\(max(1, digits))g", value)
    case "G": return String(format: "%.\(max(1, digits))G", value)
    case "%": return String(format: "%.\(digits)f", value * 100) + "%"
    default: throw TemplateError(.value, "Unknown format code for a number")
    }
  }

  private func grouped(_ digits: String, by separator: Unicode.Scalar) -> String {
    let whole = digits.prefix { $0.isNumber }
    var result = ""
    for (index, digit) in whole.enumerated() {
      if index > 0, (whole.count - index).isMultiple(of: 3) {
        result.unicodeScalars.append(separator)
      }
      result.append(digit)
    }
    return result + digits.dropFirst(whole.count)
  }
}
