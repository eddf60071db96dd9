/// `str.format`.
enum BraceFormat {
  static func format(
    _ format: Text, _ arguments: Arguments, _ interpreter: Interpreter
  ) throws(TemplateError) -> Text {
    var formatter = Formatter(arguments: arguments, interpreter: interpreter)
    return format.with(try formatter.format(format, depth: 2).scalars)
  }

  private struct Formatter {
    let arguments: Arguments
    let interpreter: Interpreter
    /// The number of the next field that has none of its own.
    private var automatic = 0

    init(arguments: Arguments, interpreter: Interpreter) {
      self.arguments = arguments
      self.interpreter = interpreter
    }

    mutating func format(_ format: Text, depth: Int) throws(TemplateError) -> Text {
      guard depth >= 0 else { throw TemplateError(.value, "Max string recursion exceeded") }
      try interpreter.budget.make(format.count)
      var result = Text()
      var rest = format.scalars[...]
      while let scalar = rest.popFirst() {
        if (scalar == "{" || scalar == "}"), rest.first == scalar {
          rest = rest.dropFirst()
          result.scalars.append(scalar)
        } else if scalar == "}" {
          throw TemplateError(.value, "Single '}' encountered in format string")
        } else if scalar == "{" {
          let field = try field(&rest)
          result += try replacement(field, depth: depth)
        } else {
          result.scalars.append(scalar)
        }
      }
      return result
    }

    /// Up to the brace that closes the field.
    private func field(
      _ rest: inout ArraySlice<Unicode.Scalar>
    ) throws(TemplateError) -> ArraySlice<Unicode.Scalar> {
      var open = 1
      let field = rest.prefix { scalar in
        open += scalar == "{" ? 1 : scalar == "}" ? -1 : 0
        return open > 0
      }
      guard open == 0 else { throw TemplateError(.value, "expected '}' before end of string") }
      rest = rest.dropFirst(field.count + 1)
      return field
    }

    private mutating func replacement(
      _ field: ArraySlice<Unicode.Scalar>, depth: Int
    ) throws(TemplateError) -> Text {
      let name = field.prefix { $0 != "!" && $0 != ":" }
      var rest = field.dropFirst(name.count)
      var value = try value(named: name)
      if rest.first == "!" {
        let conversion = rest.dropFirst().first
        rest = rest.dropFirst(2)
        switch conversion {
        case "s": value = .string(try value.text(interpreter.budget))
        case "r", "a": value = .string(try value.repr(interpreter.budget))
        default: throw TemplateError(.value, "Unknown conversion specifier")
        }
      }
      let spec = try format(Text(rest.dropFirst()), depth: depth - 1)
      if spec.isEmpty { return try value.text(interpreter.budget) }
      return try FormatSpec(spec).format(value, interpreter.budget)
    }

    /// `0`, `name`, `name.attribute`, `name[key]`, or nothing for the next argument.
    private mutating func value(
      named name: ArraySlice<Unicode.Scalar>
    ) throws(TemplateError) -> Value {
      let first = name.prefix { $0 != "." && $0 != "[" }
      var rest = name.dropFirst(first.count)
      var value: Value
      if first.isEmpty || first.allSatisfy(\.isASCIIDigit) {
        let index = first.isEmpty ? automatic : Int(Text(first).string) ?? Int.max
        if first.isEmpty { automatic += 1 }
        guard index < arguments.positional.count else {
          throw TemplateError(.value, "Replacement index \(index) out of range")
        }
        value = arguments.positional[index]
      } else {
        let key = Text(first).string
        guard let found = arguments.named.first(where: { $0.name == key }) else {
          throw TemplateError(.value, "format() misses the argument '\(key)'")
        }
        value = found.value
      }
      while let mark = rest.popFirst() {
        let key = rest.prefix { mark == "[" ? $0 != "]" : $0 != "." && $0 != "[" }
        rest = rest.dropFirst(key.count + (mark == "[" ? 1 : 0))
        let text = Text(key)
        if mark == "." {
          value = try interpreter.attribute(Name(text.string), of: value)
        } else {
          let isIndex = !key.isEmpty && key.allSatisfy(\.isASCIIDigit)
          let index = isIndex ? Int(text.string) : nil
          value = try interpreter.item(index.map { .int($0) } ?? .string(text), of: value)
        }
      }
      return value
    }
  }
}
