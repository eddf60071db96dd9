extension Filters {
  static let sequences: [Builtin] =
    Builtin("length") { call throws(TemplateError) in
      guard let count = call.subject.count else {
        throw TemplateError(.value, "object of type '\(call.subject.typeName)' has no len()")
      }
      return .int(count)
    }.also("count") + [
      Builtin("list") { call throws(TemplateError) in try call.list(try call.elements()) },
      Builtin("join", "d", "attribute") { call throws(TemplateError) in
        let separator = try (call[0] ?? .string("")).text(call.budget)
        let path = AttributePath(call[1])
        var result = Text()
        for (index, element) in try call.elements().enumerated() {
          let value = try path.value(in: element, call.interpreter)
          let text = try value.text(call.budget)
          try call.budget.make(text.count + separator.count)
          if index > 0 { result += separator }
          result += text
        }
        return .string(result)
      },
      Builtin("first") { call throws(TemplateError) in
        try call.interpreter.stream(of: call.subject).next()
          ?? .undefined("No first item, sequence was empty.")
      },
      Builtin("last") { call throws(TemplateError) in
        if case .stream = call.subject {
          throw TemplateError(.value, "'generator' object is not reversible")
        }
        return try call.elements().last ?? .undefined("No last item, sequence was empty.")
      },
      Builtin("reverse") { call throws(TemplateError) in
        if case .string(let text) = call.subject {
          return try call.made(text.with(text.scalars.reversed()))
        }
        let elements = try call.elements()
        try call.budget.make(elements.count, of: 32)
        if case .stream = call.subject { return try call.list(elements.reversed()) }
        var rest = elements
        return try call.stream(over: [call.subject]) { rest.popLast() }
      },
      Builtin("items") { call throws(TemplateError) in
        switch call.subject {
        case .undefined: return try call.stream(over: []) { nil }
        case .dict(let dict):
          var index = 0
          return try call.stream(over: [call.subject]) { () throws(TemplateError) in
            guard index < dict.count else { return nil }
            defer { index += 1 }
            return try .tuple([dict.keys[index], dict.values[index]])
          }
        default: throw TemplateError(.value, "Can only get item pairs from a mapping.")
        }
      },
      Builtin("dictsort", "case_sensitive", "by", "reverse") { call throws(TemplateError) in
        guard case .dict(let dict) = call.subject else {
          if case .undefined(let undefined) = call.subject { throw undefined.error }
          throw TemplateError(.value, "dictsort() needs a mapping")
        }
        let by = try call.text(1) ?? "key"
        guard by == "key" || by == "value" else {
          throw TemplateError(.value, "You can only sort by either \"key\" or \"value\"")
        }
        try Sorting.pay(for: by == "key" ? dict.keys : dict.values, call.budget)
        let isCaseSensitive = call.flag(0)
        let pairs = try Sorting.sorted(dict.pairs, reversed: call.flag(2)) { pair in
          (by == "key" ? pair.key : pair.value).folded(isCaseSensitive)
        }
        var tuples: [Value] = []
        for pair in pairs { tuples.append(try .tuple([pair.key, pair.value])) }
        return try call.list(tuples)
      },
      Builtin("sort", "reverse", "case_sensitive", "attribute") { call throws(TemplateError) in
        let elements = try call.elements()
        try Sorting.pay(for: elements, call.budget)
        let paths = AttributePath.several(call[2])
        let sorted = try Sorting.sorted(elements, reversed: call.flag(0)) {
          element throws(TemplateError) in
          var keys: [Value] = []
          for path in paths {
            keys.append(try path.value(in: element, call.interpreter).folded(call.flag(1)))
          }
          return try .list(keys)
        }
        return try call.list(sorted)
      },
      Builtin("groupby", "attribute", "default", "case_sensitive", required: 1) {
        call throws(TemplateError) in
        let path = AttributePath(call[0])
        let elements = try call.elements()
        try Sorting.pay(for: elements, call.budget)
        func key(_ element: Value) throws(TemplateError) -> Value {
          try path.value(in: element, call.interpreter, standard: call.present(1))
        }
        var groups: [(key: Value, elements: [Value])] = []
        let sorted = try Sorting.sorted(elements) { element throws(TemplateError) in
          try key(element).folded(call.flag(2))
        }
        for element in sorted {
          let own = try key(element)
          if let last = groups.last, last.key.folded(call.flag(2)) == own.folded(call.flag(2)) {
            groups[groups.count - 1].elements.append(element)
          } else {
            groups.append((own, [element]))
          }
        }
        var tuples: [Value] = []
        for group in groups {
          tuples.append(try .tuple([group.key, try call.list(group.elements)]))
        }
        return try call.list(tuples)
      },
      Builtin("batch", "linecount", "fill_with", required: 1) { call throws(TemplateError) in
        let width = try call.int(0) ?? 0
        let source = try call.interpreter.stream(of: call.subject)
        var ahead: [Value] = []
        var isDone = false
        return try call.stream(over: [call.subject]) { () throws(TemplateError) in
          while !isDone {
            let next = try source.next()
            isDone = next == nil
            let line = ahead
            if isDone || line.count == width { ahead = [] }
            if let next { ahead.append(next) }
            if !isDone, line.count == width { return try call.list(line) }
            guard isDone, !line.isEmpty else { continue }
            let fill = call.present(1).map { value in
              Array(repeating: value, count: min(max(0, width - line.count), 1 << 20))
            }
            return try call.list(line + (fill ?? []))
          }
          return nil
        }
      },
      Builtin("slice", "slices", "fill_with", required: 1) { call throws(TemplateError) in
        let elements = try call.elements()
        let slices = try call.int(0) ?? 0
        guard slices != 0 else { throw TemplateError(.value, "division by zero") }
        var index = 0
        return try call.stream(over: [call.subject]) { () throws(TemplateError) in
          guard index < slices else { return nil }
          try call.budget.step()
          let (size, longer) = (elements.count / slices, elements.count % slices)
          let start = index * size + min(index, longer)
          let isLonger = index < longer
          var slice = Array(elements[start..<start + size + (isLonger ? 1 : 0)])
          if let fill = call.present(1), !isLonger { slice.append(fill) }
          index += 1
          return try call.list(slice)
        }
      },
    ]
}
