/// A list, a tuple, a range, or a view of a dictionary.
final class Items {
  enum Kind: Equatable {
    case list, tuple, keys, values, pairs
    case range(Int, Int, Int)

    var typeName: String {
      switch self {
      case .list: "list"
      case .tuple: "tuple"
      case .keys: "dict_keys"
      case .values: "dict_values"
      case .pairs: "dict_items"
      case .range: "range"
      }
    }
    /// Whether it can be indexed.
    var isSequence: Bool {
      switch self {
      case .list, .tuple, .range: true
      case .keys, .values, .pairs: false
      }
    }
  }

  let kind: Kind
  let elements: [Value]
  let extent: Extent

  init(_ kind: Kind, _ elements: [Value]) throws(TemplateError) {
    self.kind = kind
    self.elements = elements
    extent = try .around(elements)
  }
}

/// A dictionary that keeps its order.
final class Dict {
  let keys: [Value]
  let values: [Value]
  let extent: Extent
  /// Where the keys are; only where there are many.
  private let positions: [Value: Int]?

  /// Later pairs replace the values of earlier ones with an equal key.
  init(_ pairs: [(key: Value, value: Value)]) throws(TemplateError) {
    var keys: [Value] = []
    var values: [Value] = []
    var positions: [Value: Int] = [:]
    keys.reserveCapacity(pairs.count)
    values.reserveCapacity(pairs.count)
    for (key, value) in pairs {
      guard key.isHashable else {
        throw TemplateError(.value, "unhashable type: '\(key.typeName)'")
      }
      if let position = positions[key] {
        values[position] = value
      } else {
        positions[key] = keys.count
        keys.append(key)
        values.append(value)
      }
    }
    self.keys = keys
    self.values = values
    self.positions = keys.count > 8 ? positions : nil
    extent = try .around([try .around(keys), try .around(values)])
  }

  var count: Int { keys.count }
  var pairs: [(key: Value, value: Value)] {
    zip(keys, values).map { (key: $0, value: $1) }
  }

  subscript(key: Value) -> Value? {
    guard let positions else { return keys.firstIndex(of: key).map { values[$0] } }
    return positions[key].map { values[$0] }
  }
  subscript(key: Text) -> Value? { self[.string(key)] }

  /// `(key, value)` tuples.
  func tuples() throws(TemplateError) -> [Value] {
    var tuples: [Value] = []
    for (key, value) in pairs { tuples.append(try .tuple([key, value])) }
    return tuples
  }
}

extension Extent {
  fileprivate static func around(_ extents: [Extent]) throws(TemplateError) -> Extent {
    extents.reduce(Extent(weight: 0, depth: 0), +)
  }
}

/// A one-shot iterator, such as what `map` and `select` make: what was taken from it is gone.
final class Stream {
  typealias Source = () throws(TemplateError) -> Value?
  private let source: Source
  let depth: Int
  private var isDone = false

  /// `inputs` are the values that `source` draws from.
  init(over inputs: [Value] = [], _ source: @escaping Source) throws(TemplateError) {
    depth = try Extent.around(inputs).depth
    self.source = source
  }

  func next() throws(TemplateError) -> Value? {
    if isDone { return nil }
    let value = try source()
    if value == nil { isDone = true }
    return value
  }
}
