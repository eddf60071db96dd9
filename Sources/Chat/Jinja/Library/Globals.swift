/// What every template can call by name.
enum Globals {
  static let table = Builtin.table([
    Builtin("range", "start", "stop", "step", required: 1) { call throws(TemplateError) in
      var numbers: [Int] = []
      for value in call.values { if let value { numbers.append(try call.exact(value)) } }
      let (start, stop) = numbers.count == 1 ? (0, numbers[0]) : (numbers[0], numbers[1])
      let step = numbers.count == 3 ? numbers[2] : 1
      guard step != 0 else { throw TemplateError(.value, "range() arg 3 must not be zero") }
      let (span, overflow) =
        step > 0
        ? stop.subtractingReportingOverflow(start) : start.subtractingReportingOverflow(stop)
      let width = step.magnitude
      guard !overflow, span <= 0 || UInt(span - 1) / width < UInt(RenderLimits.range) else {
        throw TemplateError(
          .limit, "Range too big. The sandbox blocks ranges larger than \(RenderLimits.range).")
      }
      let values = span <= 0 ? [] : (0...(UInt(span - 1) / width)).map { start + Int($0) * step }
      try call.budget.make(values.count, of: 32)
      return .items(try Items(.range(start, stop, step), values.map { .int($0) }))
    },
    Builtin("dict", "source", takesMore: true) { call throws(TemplateError) in
      var pairs: [(key: Value, value: Value)] = []
      if let source = call[0] { pairs = try Globals.pairs(of: source, call) }
      pairs += call.more.named.map { (key: .text($0.name), value: $0.value) }
      try call.budget.make(pairs.count, of: 64)
      return .dict(try Dict(pairs))
    },
    Builtin("namespace", "source", takesMore: true) { call throws(TemplateError) in
      let namespace = try call.interpreter.makeNamespace()
      if let source = call[0] {
        for (key, value) in try Globals.pairs(of: source, call) {
          try namespace.set(try key.text(call.budget).string, value)
        }
      }
      for (name, value) in call.more.named { try namespace.set(name, value) }
      return .object(namespace)
    },
    Builtin("joiner", "sep") { call throws(TemplateError) in
      .object(Joiner(call[0] ?? .string(", ")))
    },
    Builtin("cycler", takesMore: true) { call throws(TemplateError) in
      .object(try Cycler(call.more.positional))
    },
    Builtin("raise_exception", "message", required: 1) { call throws(TemplateError) in
      throw TemplateError(.raised, try (call[0] ?? .none).text(call.budget).string)
    },
    Builtin("strftime_now", "format", required: 1) { call throws(TemplateError) in
      guard let format = try call.text(0) else {
        throw TemplateError(.value, "strftime_now() needs a format")
      }
      return try call.made(Text(call.interpreter.clock.formatted(format.string)))
    },
  ])

  /// What `dict` takes: a dictionary, or a list of pairs.
  private static func pairs(
    of source: Value, _ call: Call
  ) throws(TemplateError) -> [(key: Value, value: Value)] {
    if case .dict(let dict) = source { return dict.pairs }
    var pairs: [(key: Value, value: Value)] = []
    for element in try call.interpreter.elements(of: source) {
      let pair = try call.interpreter.elements(of: element)
      guard pair.count == 2 else {
        throw TemplateError(.value, "dictionary update sequence element is no pair")
      }
      pairs.append((pair[0], pair[1]))
    }
    return pairs
  }
}
