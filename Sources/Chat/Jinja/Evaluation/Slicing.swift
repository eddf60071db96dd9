/// Python's `x[start:stop:step]` and `x[index]`.
enum Slicing {
  static func slice(
    _ value: Value, _ start: Value, _ stop: Value, _ step: Value, _ budget: Budget
  ) throws(TemplateError) -> Value {
    switch value {
    case .string(let text):
      let indices = try indices(start, stop, step, count: text.count)
      try budget.make(indices.count)
      return .string(text.with(indices.map { text.scalars[$0] }))
    case .items(let items) where items.kind.isSequence:
      let indices = try indices(start, stop, step, count: items.elements.count)
      try budget.make(indices.count, of: 32)
      let kind = items.kind == .tuple ? items.kind : .list
      return .items(try Items(kind, indices.map { items.elements[$0] }))
    case .undefined(let undefined): throw undefined.error
    default:
      throw TemplateError(.value, "'\(value.typeName)' object cannot be sliced")
    }
  }

  /// Every index is valid for `count` elements.
  static func indices(
    _ start: Value, _ stop: Value, _ step: Value, count: Int
  ) throws(TemplateError) -> [Int] {
    let step = try bound(step) ?? 1
    guard step != 0 else { throw TemplateError(.value, "slice step cannot be zero") }
    let (low, high) = step > 0 ? (0, count) : (-1, count - 1)
    func clamped(_ index: Int) -> Int {
      min(max(index < 0 ? index + count : index, low), high)
    }
    let first = clamped(try bound(start) ?? (step > 0 ? 0 : count - 1))
    let end = try bound(stop).map(clamped) ?? (step > 0 ? count : -1)
    guard step > 0 ? first < end : first > end else { return [] }
    return Array(Swift.stride(from: first, to: end, by: max(-count - 1, min(step, count + 1))))
  }

  private static func bound(_ value: Value) throws(TemplateError) -> Int? {
    if case .none = value { return nil }
    guard let number = value.wholeNumber else {
      throw TemplateError(.value, "slice indices must be integers or None")
    }
    return number
  }

  /// The element at an index that may be negative; nil where there is none.
  static func position(_ index: Int, count: Int) -> Int? {
    let position = index < 0 ? index &+ count : index
    return (0..<count).contains(position) ? position : nil
  }
}
