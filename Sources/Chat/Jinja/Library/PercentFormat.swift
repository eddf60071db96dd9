/// `'%s' % value` and the filter `format`.
enum PercentFormat {
  /// What the right side of `%` gives: a tuple is several arguments, a dictionary named ones.
  static func arguments(_ value: Value) -> Arguments {
    switch value {
    case .items(let items) where items.kind == .tuple: Arguments(positional: items.elements)
    default: Arguments(positional: [value])
    }
  }

  static func format(
    _ format: Text, _ arguments: Arguments, _ interpreter: Interpreter
  ) throws(TemplateError) -> Text {
    try interpreter.budget.make(format.count)
    var result = format.with([])
    var rest = format.scalars[...]
    var next = 0
    var usesNames = false
    func take() throws(TemplateError) -> Value {
      guard next < arguments.positional.count else {
        throw TemplateError(.value, "not enough arguments for format string")
      }
      next += 1
      return arguments.positional[next - 1]
    }
    while let scalar = rest.popFirst() {
      guard scalar == "%" else {
        result.scalars.append(scalar)
        continue
      }
      var named: Value?
      if rest.first == "(" {
        let name = Text(rest.dropFirst().prefix { $0 != ")" })
        rest = rest.dropFirst(name.count + 2)
        named = try value(named: name, arguments)
        usesNames = true
      }
      let spec = try readSpec(&rest)
      guard let type = spec.type else { throw TemplateError(.value, "incomplete format") }
      if type == "%" {
        result.scalars.append("%")
        continue
      }
      let value = if let named { named } else { try take() }
      result += try convert(value, spec, interpreter.budget)
    }
    // A lone value that is no tuple may stay unused where it is a mapping.
    let isMapping = if case .dict = arguments.positional.first { true } else { false }
    guard next == arguments.positional.count || usesNames || isMapping else {
      throw TemplateError(.value, "not all arguments converted during string formatting")
    }
    return result
  }

  private static func value(
    named name: Text, _ arguments: Arguments
  ) throws(TemplateError) -> Value {
    if let found = arguments.named.first(where: { $0.name == name.string }) { return found.value }
    guard case .dict(let dict) = arguments.positional.first else {
      throw TemplateError(.value, "format requires a mapping")
    }
    guard let value = dict[name] else {
      throw TemplateError(.value, "format misses the key '\(name.string)'")
    }
    return value
  }

  private static func readSpec(
    _ rest: inout ArraySlice<Unicode.Scalar>
  ) throws(TemplateError) -> FormatSpec {
    var spec = FormatSpec()
    var isLeft = false
    flags: while let flag = rest.first {
      switch flag {
      case "-": isLeft = true
      case "+": spec.sign = "+"
      case " ": if spec.sign == "-" { spec.sign = " " }
      case "#": spec.isAlternate = true
      case "0": (spec.fill, spec.alignment) = ("0", "=")
      default: break flags
      }
      rest = rest.dropFirst()
    }
    if isLeft { (spec.fill, spec.alignment) = (" ", "<") }
    spec.width = try FormatSpec.number(&rest) ?? 0
    if rest.first == "." {
      rest = rest.dropFirst()
      spec.precision = try FormatSpec.number(&rest) ?? 0
    }
    while let size = rest.first, size == "l" || size == "h" || size == "L" {
      rest = rest.dropFirst()
    }
    spec.type = rest.popFirst()
    return spec
  }

  private static func convert(
    _ value: Value, _ spec: FormatSpec, _ budget: Budget
  ) throws(TemplateError) -> Text {
    var spec = spec
    switch spec.type {
    case "s", "r", "a":
      let text = spec.type == "s" ? try value.text(budget) : try value.repr(budget)
      if spec.alignment != "<" { (spec.alignment, spec.fill) = (">", " ") }
      return try spec.padded(
        spec.precision.map { text.with(text.scalars.prefix($0)) } ?? text, budget)
    case "c":
      if case .string(let text) = value, text.count == 1 { return try spec.padded(text, budget) }
      if let code = value.wholeNumber { return try spec.format(Number.int(code), budget) }
    case "d", "i", "u":
      guard let number = value.number else { break }
      guard let whole = Int(exactly: number.double.rounded(.towardZero)) else {
        throw Arithmetic.tooLarge
      }
      spec.type = "d"
      // Here a precision is the least number of digits.
      if let digits = spec.precision, spec.width < digits {
        (spec.width, spec.fill, spec.alignment) = (digits, "0", "=")
      }
      spec.precision = nil
      return try spec.format(Number.int(value.wholeNumber ?? whole), budget)
    case "x", "X", "o":
      guard let whole = value.wholeNumber else { break }
      return try spec.format(Number.int(whole), budget)
    case "e", "E", "f", "F", "g", "G":
      guard let number = value.number else { break }
      return try spec.format(Number.float(number.double), budget)
    default: throw TemplateError(.value, "unsupported format character")
    }
    if case .undefined(let undefined) = value { throw undefined.error }
    throw TemplateError(.value, "a number is required, not \(value.typeName)")
  }
}
