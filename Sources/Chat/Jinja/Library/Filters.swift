/// Jinja2's filters by name. They stand in four files: of strings, of lists, of choices among
/// elements, and of numbers.
enum Filters {
  static let table = Builtin.table(strings + sequences + choices + numbers + values)

  /// Filters of any value.
  private static let values: [Builtin] =
    Builtin("default", "default_value", "boolean") { call throws(TemplateError) in
      let isMissing = if case .undefined = call.subject { true } else { false }
      return isMissing || (call.flag(1) && !call.subject.isTrue)
        ? call[0] ?? .string("") : call.subject
    }.also("d") + [
      Builtin("attr", "name", required: 1) { call throws(TemplateError) in
        let name = try (call[0] ?? .none).text(call.budget)
        if case .dict = call.subject, Methods.dicts[name.string] == nil {
          return .undefined("'dict object' has no attribute '\(name.string)'")
        }
        return try call.interpreter.attribute(Name(name.string), of: call.subject)
      },
      Builtin("tojson", "ensure_ascii", "indent", "separators", "sort_keys") {
        call throws(TemplateError) in
        var indent: Text?
        if let value = call.present(1) {
          if case .string(let text) = value {
            indent = text
          } else {
            let width = max(0, try call.int(1) ?? 0)
            try call.budget.make(width)
            indent = Text(repeatElement(" ", count: width))
          }
        }
        var writer = JSONWriter(budget: call.budget, indent: indent)
        writer.ensuresASCII = call.flag(0)
        writer.sortsKeys = call.flag(3)
        if let separators = call.present(2) {
          let parts = try call.interpreter.elements(of: separators)
          guard parts.count == 2, case .string(let item) = parts[0],
            case .string(let key) = parts[1]
          else { throw TemplateError(.value, "tojson(): separators are two strings") }
          (writer.itemSeparator, writer.keySeparator) = (item, key)
        }
        try writer.write(call.subject)
        return .string(writer.text)
      },
    ]
}
