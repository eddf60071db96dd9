extension Filters {
  static let strings: [Builtin] =
    Builtin("escape") { call throws(TemplateError) in
      try call.made(try call.subjectText().escaped)
    }.also("e") + [
      Builtin("forceescape") { call throws(TemplateError) in
        try call.made(Text(try call.subjectText().scalars).escaped)
      },
      Builtin("safe") { call throws(TemplateError) in
        .string(Text(try call.subjectText().scalars, isMarkup: true))
      },
      Builtin("string") { call throws(TemplateError) in .string(try call.subjectText()) },
      Builtin("upper") { call throws(TemplateError) in
        try call.made(try call.subjectText().uppercased)
      },
      Builtin("lower") { call throws(TemplateError) in
        try call.made(try call.subjectText().lowercased)
      },
      Builtin("capitalize") { call throws(TemplateError) in
        try call.made(try call.subjectText().capitalized)
      },
      Builtin("title") { call throws(TemplateError) in
        try call.made(titled(try call.subjectText()))
      },
      Builtin("trim", "chars") { call throws(TemplateError) in
        let text = try call.subjectText()
        try call.budget.visit(text.count)
        guard let drops = try call.text(0) else {
          return try call.made(text.stripped(where: \.isPythonSpace))
        }
        let set = Set(drops.scalars)
        return try call.made(text.stripped { set.contains($0) })
      },
      Builtin("replace", "old", "new", "count", required: 2) { call throws(TemplateError) in
        let parts = (
          try (call[0] ?? .none).text(call.budget), try (call[1] ?? .none).text(call.budget)
        )
        let text = Text(try call.subjectText().scalars)
        return .string(
          try text.replacing(parts.0, with: parts.1, atMost: try call.int(2), call.budget))
      },
      Builtin("indent", "width", "first", "blank") { call throws(TemplateError) in
        guard case .string(let text) = call.subject else {
          throw TemplateError(.value, "indent() needs a string, not \(call.subject.typeName)")
        }
        let indent: Text
        switch call[0] ?? .int(4) {
        case .string(let text): indent = text
        default:
          let width = max(0, try call.int(0) ?? 4)
          try call.budget.make(width)
          indent = Text(repeatElement(" ", count: width))
        }
        return try indented(text, by: indent, first: call.flag(1), blank: call.flag(2), call)
      },
      Builtin("center", "width") { call throws(TemplateError) in
        try call.subjectText().centered(in: try call.int(0) ?? 80, " ", call.budget)
      },
      Builtin("format", takesMore: true) { call throws(TemplateError) in
        .string(
          try PercentFormat.format(try call.subjectText(), call.more, call.interpreter))
      },
      Builtin("truncate", "length", "killwords", "end", "leeway") { call throws(TemplateError) in
        let text = try call.subjectText()
        let end = try call.text(2) ?? "..."
        let (length, leeway) = (try call.int(0) ?? 255, try call.int(3) ?? 5)
        guard length >= end.count, leeway >= 0 else {
          throw TemplateError(.value, "truncate(): expected length >= \(end.count)")
        }
        if text.count - leeway <= length { return call.subject }
        var kept = text.with(text.scalars.prefix(length - end.count))
        if !call.flag(1), let space = kept.scalars.lastIndex(of: " ") {
          kept = text.with(kept.scalars[..<space])
        }
        return try call.made(kept + end)
      },
      Builtin("wordcount") { call throws(TemplateError) in
        let text = try call.subjectText()
        try call.budget.visit(text.count)
        return .int(
          text.scalars.split { !($0.isPythonAlphanumeric || $0 == "_") }.count)
      },
      Builtin("urlencode") { call throws(TemplateError) in
        try call.made(Text(percentEncoded(try call.subjectText().string)))
      },
    ]

  /// Words begin after spaces, hyphens and opening brackets.
  private static func titled(_ text: Text) -> Text {
    var result = text.with([])
    var word = text.with([])
    func flush() {
      guard let first = word.scalars.first else { return }
      result += text.with([first]).uppercased
      result += text.with(word.scalars.dropFirst()).lowercased
      word = text.with([])
    }
    for scalar in text.scalars {
      if scalar.isPythonSpace || "-({[<".unicodeScalars.contains(scalar) {
        flush()
        result.scalars.append(scalar)
      } else {
        word.scalars.append(scalar)
      }
    }
    flush()
    return result
  }

  private static func indented(
    _ text: Text, by indent: Text, first: Bool, blank: Bool, _ call: Call
  ) throws(TemplateError) -> Value {
    var result = text.with(first ? indent.scalars : [])
    for (index, line) in (text + "\n").lines().enumerated() {
      try call.budget.make(line.count + indent.count + 1)
      if index > 0 {
        result.scalars.append("\n")
        if blank || !line.isEmpty { result += indent }
      }
      result += line
    }
    return .string(result)
  }

  private static func percentEncoded(_ string: String) -> String {
    var result = ""
    for byte in string.utf8 {
      let scalar = Unicode.Scalar(byte)
      if scalar.isASCII, scalar.isPythonAlphanumeric || "_.-~/".unicodeScalars.contains(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }
}

extension Text {
  /// Up to `limit` places of `old` become `new`; negative is no limit.
  func replacing(
    _ old: Text, with new: Text, atMost limit: Int?, _ budget: Budget
  ) throws(TemplateError) -> Text {
    try budget.make(count)
    var left = limit.map { $0 < 0 ? Int.max : $0 } ?? Int.max
    var result = with([])
    var place = 0
    while left > 0, let range = firstRange(of: old, from: place) {
      try budget.make(new.count + 1)
      result.scalars += scalars[place..<range.lowerBound]
      result += new
      left -= 1
      place = range.upperBound
      // Nothing is found between all characters, and at both ends.
      if old.isEmpty {
        guard place < count else { return result }
        result.scalars.append(scalars[place])
        place += 1
      }
    }
    result.scalars += scalars[place...]
    return result
  }

  func centered(in width: Int, _ fill: Unicode.Scalar, _ budget: Budget) throws(TemplateError)
    -> Value
  {
    guard width > count else { return .string(self) }
    try budget.make(width)
    let margin = width - count
    let left = margin / 2 + (margin & width & 1)
    return .string(
      with(
        Array(repeatElement(fill, count: left)) + scalars
          + Array(repeatElement(fill, count: margin - left))))
  }
}
