extension Methods {
  static let texts = Builtin.table(cases + strips + searches + splits + pads + classes + formats)

  private static func mapped(
    _ name: String, _ map: @escaping @Sendable (Text) -> Text
  ) -> Builtin {
    Builtin(name) { call throws(TemplateError) in try call.made(map(call.string)) }
  }

  private static let cases: [Builtin] = [
    mapped("upper") { $0.uppercased }, mapped("lower") { $0.lowercased },
    mapped("casefold") { $0.lowercased }, mapped("title") { $0.titled },
    mapped("capitalize") { $0.capitalized }, mapped("swapcase") { $0.caseSwapped },
  ]

  private static func strip(_ name: String, left: Bool, right: Bool) -> Builtin {
    Builtin(name, "chars") { call throws(TemplateError) in
      try call.budget.visit(call.string.count)
      guard let drops = try call.text(0) else {
        return try call.made(call.string.stripped(left: left, right: right, where: \.isPythonSpace))
      }
      let set = Set(drops.scalars)
      return try call.made(call.string.stripped(left: left, right: right) { set.contains($0) })
    }
  }

  private static let strips: [Builtin] = [
    strip("strip", left: true, right: true), strip("lstrip", left: true, right: false),
    strip("rstrip", left: false, right: true),
    Builtin("removeprefix", "prefix", required: 1) { call throws(TemplateError) in
      let prefix = try call.text(0) ?? ""
      guard call.string.scalars.starts(with: prefix.scalars) else { return call.subject }
      return try call.made(call.string.with(call.string.scalars.dropFirst(prefix.count)))
    },
    Builtin("removesuffix", "suffix", required: 1) { call throws(TemplateError) in
      let suffix = try call.text(0) ?? ""
      guard call.string.scalars.reversed().starts(with: suffix.scalars.reversed()) else {
        return call.subject
      }
      return try call.made(call.string.with(call.string.scalars.dropLast(suffix.count)))
    },
  ]

  /// `startswith` and `endswith`: of one string or any of a tuple.
  private static func edge(
    _ name: String, _ holds: @escaping @Sendable (ArraySlice<Unicode.Scalar>, Text) -> Bool
  ) -> Builtin {
    Builtin(name, "prefix", "start", "end", required: 1) { call throws(TemplateError) in
      guard let range = try searchRange(call) else { return .bool(false) }
      let part = call.string.scalars[range]
      if case .items(let items) = call[0], items.kind == .tuple {
        for element in items.elements {
          guard case .string(let text) = element else {
            throw TemplateError(.value, "\(name)() needs a tuple of strings")
          }
          try call.budget.visit(text.count)
          if holds(part, text) { return .bool(true) }
        }
        return .bool(false)
      }
      guard let text = try call.text(0) else {
        throw TemplateError(.value, "\(name)() needs a string or a tuple of strings")
      }
      return .bool(holds(part, text))
    }
  }

  /// The part of the string that arguments 1 and 2 leave; nil where it starts behind the end.
  private static func searchRange(_ call: Call) throws(TemplateError) -> Range<Int>? {
    let count = call.string.count
    func clamped(_ index: Int) -> Int { min(max(index < 0 ? index + count : index, 0), count) }
    let start = try call.int(1) ?? 0
    let end = try call.int(2).map(clamped) ?? count
    guard start <= count, clamped(start) <= end else { return nil }
    return clamped(start)..<end
  }

  private static func search(
    _ name: String, throwing: Bool,
    _ find: @escaping @Sendable (Text, Text, Range<Int>) -> Range<Int>?
  ) -> Builtin {
    Builtin(name, "sub", "start", "end", required: 1) { call throws(TemplateError) in
      guard let part = try call.text(0) else {
        throw TemplateError(.value, "\(name)() needs a string")
      }
      try call.budget.visit(call.string.count)
      let found = try searchRange(call).flatMap { find(call.string, part, $0) }
      if found == nil, throwing { throw TemplateError(.value, "substring not found") }
      return .int(found?.lowerBound ?? -1)
    }
  }

  private static let searches: [Builtin] = [
    edge("startswith") { $0.starts(with: $1.scalars) },
    edge("endswith") { $0.reversed().starts(with: $1.scalars.reversed()) },
    search("find", throwing: false) {
      $0.firstRange(of: $1, from: $2.lowerBound, to: $2.upperBound)
    },
    search("index", throwing: true) {
      $0.firstRange(of: $1, from: $2.lowerBound, to: $2.upperBound)
    },
    search("rfind", throwing: false) {
      $0.lastRange(of: $1, from: $2.lowerBound, to: $2.upperBound)
    },
    search("rindex", throwing: true) {
      $0.lastRange(of: $1, from: $2.lowerBound, to: $2.upperBound)
    },
    Builtin("count", "sub", "start", "end", required: 1) { call throws(TemplateError) in
      guard let part = try call.text(0), let range = try searchRange(call) else { return .int(0) }
      try call.budget.visit(call.string.count)
      if part.isEmpty { return .int(range.count + 1) }
      var (found, place) = (0, range.lowerBound)
      while let next = call.string.firstRange(of: part, from: place, to: range.upperBound) {
        found += 1
        place = next.upperBound
      }
      return .int(found)
    },
    Builtin("replace", "old", "new", "count", required: 2) { call throws(TemplateError) in
      guard let old = try call.text(0), let new = try call.text(1) else {
        throw TemplateError(.value, "replace() needs two strings")
      }
      let isMarkup = call.string.isMarkup
      return .string(
        try call.string.replacing(
          isMarkup ? old.escaped : old, with: isMarkup ? new.escaped : new,
          atMost: try call.int(2), call.budget))
    },
  ]

  /// What strings are made of: true for all characters, of which there is at least one.
  private static func all(
    _ name: String, _ holds: @escaping @Sendable (Unicode.Scalar) -> Bool
  ) -> Builtin {
    Builtin(name) { call throws(TemplateError) in
      try call.budget.visit(call.string.count)
      return .bool(!call.string.isEmpty && call.string.scalars.allSatisfy(holds))
    }
  }

  private static let classes: [Builtin] = [
    all("isdigit") { $0.isPythonDigit }, all("isdecimal") { $0.isPythonDecimal },
    all("isnumeric") { $0.isPythonNumeric }, all("isalpha") { $0.isPythonAlpha },
    all("isalnum") { $0.isPythonAlphanumeric }, all("isspace") { $0.isPythonSpace },
    Builtin("isascii") { call throws(TemplateError) in
      .bool(call.string.scalars.allSatisfy(\.isASCII))
    },
    Builtin("islower") { call throws(TemplateError) in .bool(call.string.isLower) },
    Builtin("isupper") { call throws(TemplateError) in .bool(call.string.isUpper) },
    Builtin("istitle") { call throws(TemplateError) in
      .bool(
        call.string.scalars.contains(where: \.properties.isCased)
          && call.string.titled == call.string)
    },
    Builtin("isidentifier") { call throws(TemplateError) in
      guard let first = call.string.scalars.first else { return .bool(false) }
      return .bool(
        (first == "_" || first.properties.isXIDStart)
          && call.string.scalars.allSatisfy { $0.properties.isXIDContinue })
    },
  ]

  private static let formats: [Builtin] = [
    Builtin("format", takesMore: true) { call throws(TemplateError) in
      .string(try BraceFormat.format(call.string, call.more, call.interpreter))
    },
    Builtin("format_map", "mapping", required: 1) { call throws(TemplateError) in
      guard case .dict(let dict) = call[0] else {
        throw TemplateError(.value, "format_map() needs a mapping")
      }
      var arguments = Arguments()
      for (key, value) in dict.pairs {
        arguments.named.append((try key.text(call.budget).string, value))
      }
      return .string(try BraceFormat.format(call.string, arguments, call.interpreter))
    },
    Builtin("join", "iterable", required: 1) { call throws(TemplateError) in
      var result = call.string.with([])
      for (index, element) in try call.interpreter.elements(of: call[0] ?? .none).enumerated() {
        guard case .string(let text) = element else {
          throw TemplateError(
            .value, "sequence item \(index): expected str instance, \(element.typeName) found")
        }
        try call.budget.make(text.count + call.string.count)
        if index > 0 { result += call.string }
        result += call.string.isMarkup ? text.escaped : text
      }
      return .string(result)
    },
  ]
}
