/// Methods that cut strings, and that make them longer.
extension Methods {
  static let splits: [Builtin] = [
    Builtin("split", "sep", "maxsplit") { call throws(TemplateError) in
      try split(call, fromRight: false)
    },
    Builtin("rsplit", "sep", "maxsplit") { call throws(TemplateError) in
      try split(call, fromRight: true)
    },
    Builtin("splitlines", "keepends") { call throws(TemplateError) in
      try list(call.string.lines(keepingEnds: call.flag(0)), call)
    },
    Builtin("partition", "sep", required: 1) { call throws(TemplateError) in
      try partition(call, fromRight: false)
    },
    Builtin("rpartition", "sep", required: 1) { call throws(TemplateError) in
      try partition(call, fromRight: true)
    },
  ]

  private static func list(_ texts: [Text], _ call: Call) throws(TemplateError) -> Value {
    try call.budget.make(call.string.count)
    return try call.list(texts.map { .string($0) })
  }

  private static func split(_ call: Call, fromRight: Bool) throws(TemplateError) -> Value {
    let limit = try call.int(1).map { $0 < 0 ? Int.max : $0 } ?? Int.max
    try call.budget.visit(call.string.count)
    guard let separator = try call.text(0) else {
      return try list(words(call.string, limit, fromRight: fromRight), call)
    }
    guard !separator.isEmpty else { throw TemplateError(.value, "empty separator") }
    let text = call.string
    var parts: [Text] = []
    var rest = 0..<text.count
    while parts.count < limit,
      let found = fromRight
        ? text.lastRange(of: separator, from: 0, to: rest.upperBound)
        : text.firstRange(of: separator, from: rest.lowerBound)
    {
      if fromRight {
        parts.append(text.with(text.scalars[found.upperBound..<rest.upperBound]))
        rest = 0..<found.lowerBound
      } else {
        parts.append(text.with(text.scalars[rest.lowerBound..<found.lowerBound]))
        rest = found.upperBound..<text.count
      }
    }
    parts.append(text.with(text.scalars[rest]))
    return try list(fromRight ? parts.reversed() : parts, call)
  }

  /// At runs of space, which the parts do not begin or end with.
  private static func words(_ text: Text, _ limit: Int, fromRight: Bool) -> [Text] {
    if fromRight {
      let mirrored = text.with(text.scalars.reversed())
      return words(mirrored, limit, fromRight: false).map { $0.with($0.scalars.reversed()) }
        .reversed()
    }
    var parts: [Text] = []
    var rest = text.scalars[...].drop(while: \.isPythonSpace)
    while !rest.isEmpty {
      guard parts.count < limit else {
        parts.append(text.with(rest))
        break
      }
      let word = rest.prefix { !$0.isPythonSpace }
      parts.append(text.with(word))
      rest = rest[word.endIndex...].drop(while: \.isPythonSpace)
    }
    return parts
  }

  private static func partition(_ call: Call, fromRight: Bool) throws(TemplateError) -> Value {
    let text = call.string
    guard let separator = try call.text(0), !separator.isEmpty else {
      throw TemplateError(.value, "empty separator")
    }
    try call.budget.make(text.count)
    let empty = Value.string(text.with([]))
    guard let found = fromRight ? text.lastRange(of: separator) : text.firstRange(of: separator)
    else {
      return try .tuple(fromRight ? [empty, empty, .string(text)] : [.string(text), empty, empty])
    }
    return try .tuple([
      .string(text.with(text.scalars[..<found.lowerBound])), .string(separator),
      .string(text.with(text.scalars[found.upperBound...])),
    ])
  }

  private static func pad(
    _ name: String,
    _ padded: @escaping @Sendable (Text, Int, Unicode.Scalar, Budget) throws(TemplateError) -> Value
  ) -> Builtin {
    Builtin(name, "width", "fillchar", required: 1) { call throws(TemplateError) in
      let fill = try call.text(1) ?? " "
      guard fill.count == 1, let scalar = fill.scalars.first else {
        throw TemplateError(.value, "The fill character must be exactly one character long")
      }
      return try padded(call.string, try call.int(0) ?? 0, scalar, call.budget)
    }
  }

  static let pads: [Builtin] = [
    pad("center") { text, width, fill, budget throws(TemplateError) in
      try text.centered(in: width, fill, budget)
    },
    pad("ljust") { text, width, fill, budget throws(TemplateError) in
      try budget.make(max(0, width))
      return .string(
        text.with(text.scalars + Array(repeatElement(fill, count: max(0, width - text.count)))))
    },
    pad("rjust") { text, width, fill, budget throws(TemplateError) in
      try budget.make(max(0, width))
      return .string(
        text.with(Array(repeatElement(fill, count: max(0, width - text.count))) + text.scalars))
    },
    Builtin("zfill", "width", required: 1) { call throws(TemplateError) in
      let width = try call.int(0) ?? 0
      try call.budget.make(max(0, width))
      var scalars = call.string.scalars
      let hasSign = scalars.first == "-" || scalars.first == "+"
      scalars.insert(
        contentsOf: repeatElement("0", count: max(0, width - scalars.count)), at: hasSign ? 1 : 0)
      return .string(call.string.with(scalars))
    },
    Builtin("expandtabs", "tabsize") { call throws(TemplateError) in
      let size = max(0, try call.int(0) ?? 8)
      var (result, column) = (call.string.with([]), 0)
      for scalar in call.string.scalars {
        if scalar == "\t" {
          let width = size == 0 ? 0 : size - column % size
          try call.budget.make(width)
          result.scalars += repeatElement(" ", count: width)
          column += width
        } else {
          try call.budget.make(1)
          result.scalars.append(scalar)
          column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
        }
      }
      return .string(result)
    },
  ]
}
