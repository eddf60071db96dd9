/// Python's stable sort, by keys that may turn out not to be comparable.
enum Sorting {
  static func sorted<Element>(
    _ elements: [Element], reversed: Bool = false, by key: (Element) throws(TemplateError) -> Value
  ) throws(TemplateError) -> [Element] {
    var keyed: [(key: Value, element: Element)] = []
    for element in elements { keyed.append((try key(element), element)) }
    var failure: TemplateError?
    keyed.sort { a, b in
      guard failure == nil else { return false }
      do throws(TemplateError) {
        return try reversed ? Value.isLess(b.key, a.key) : Value.isLess(a.key, b.key)
      } catch {
        failure = error
        return false
      }
    }
    if let failure { throw failure }
    return keyed.map(\.element)
  }

  /// What sorting `values` costs at most: every comparison may look at all of a value.
  static func pay(for values: [Value], _ budget: Budget) throws(TemplateError) {
    let heaviest = values.reduce(1) { max($0, $1.extent.weight) }
    let rounds = Int.bitWidth - values.count.leadingZeroBitCount
    let (cost, overflow) = values.count.multipliedReportingOverflow(by: heaviest * (rounds + 1))
    try budget.visit(overflow ? Int.max : cost)
  }
}

/// `attribute='a.b.0'` of filters: a path of keys.
struct AttributePath {
  private let keys: [Value]

  init(_ attribute: Value?) {
    switch attribute {
    case nil, .some(.none): keys = []
    case .string(let text): keys = AttributePath.keys(text.scalars[...])
    case .some(let value): keys = [value]
    }
  }
  private init(keys: [Value]) { self.keys = keys }

  /// The paths of a list with commas.
  static func several(_ attribute: Value?) -> [AttributePath] {
    guard case .string(let text) = attribute else { return [AttributePath(attribute)] }
    return text.scalars.split(separator: ",", omittingEmptySubsequences: false).map {
      AttributePath(keys: keys($0))
    }
  }

  private static func keys(_ scalars: ArraySlice<Unicode.Scalar>) -> [Value] {
    scalars.split(separator: ".", omittingEmptySubsequences: false).map { part in
      if !part.isEmpty, part.allSatisfy(\.isASCIIDigit), let index = Int(Text(part).string) {
        return .int(index)
      }
      return .string(Text(part))
    }
  }

  func value(
    in value: Value, _ interpreter: Interpreter, standard: Value? = nil
  ) throws(TemplateError) -> Value {
    var value = value
    for key in keys {
      value = try interpreter.item(key, of: value)
      if case .undefined = value, let standard { value = standard }
    }
    return value
  }
}

extension Value {
  /// Strings in lower case, as comparisons of filters have it.
  func folded(_ isCaseSensitive: Bool) -> Value {
    guard !isCaseSensitive, case .string(let text) = self else { return self }
    return .string(text.lowercased)
  }
}
