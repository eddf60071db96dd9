/// A function of the library: a filter, a test, a method or a global.
struct Builtin: Sendable {
  typealias Body = @Sendable (Call) throws(TemplateError) -> Value

  let name: String
  private let parameters: [String]
  private let required: Int
  /// Whether arguments beyond the parameters are passed on.
  private let takesMore: Bool
  private let body: Body

  /// The first `required` parameters must be given.
  init(
    _ name: String, _ parameters: String..., required: Int = 0, takesMore: Bool = false,
    _ body: @escaping Body
  ) {
    self.name = name
    self.parameters = parameters
    self.required = required
    self.takesMore = takesMore
    self.body = body
  }

  private init(_ name: String, as other: Builtin) {
    self.name = name
    (parameters, required) = (other.parameters, other.required)
    (takesMore, body) = (other.takesMore, other.body)
  }

  /// The same function by more names.
  func also(_ names: String...) -> [Builtin] { [self] + names.map { Builtin($0, as: self) } }

  static func table(_ builtins: [Builtin]) -> [String: Builtin] {
    Dictionary(builtins.map { ($0.name, $0) }) { first, _ in first }
  }

  /// `subject` is what a filter is applied to, a test asks about, or a method belongs to.
  func call(
    on subject: Value, _ arguments: Arguments, _ interpreter: Interpreter
  ) throws(TemplateError) -> Value {
    try interpreter.budget.step()
    var values = [Value?](repeating: nil, count: parameters.count)
    var more = Arguments()
    for (index, value) in arguments.positional.enumerated() {
      if index < values.count { values[index] = value } else { more.positional.append(value) }
    }
    for (name, value) in arguments.named {
      guard let index = parameters.firstIndex(of: name) else {
        more.named.append((name, value))
        continue
      }
      guard values[index] == nil else {
        throw TemplateError(.value, "\(self.name)() got multiple values for argument '\(name)'")
      }
      values[index] = value
    }
    if !takesMore {
      if let unknown = more.named.first {
        throw TemplateError(
          .value, "\(name)() got an unexpected keyword argument '\(unknown.name)'")
      }
      guard more.positional.isEmpty else {
        throw TemplateError(
          .value,
          "\(name)() takes \(parameters.count) arguments, not "
            + "\(arguments.positional.count)")
      }
    }
    for index in 0..<required where values[index] == nil {
      throw TemplateError(.value, "\(name)() misses its argument '\(parameters[index])'")
    }
    return try body(
      Call(
        name: name, subject: subject, values: values, more: more, interpreter: interpreter))
  }
}

/// One call of a builtin: its subject and its arguments by the order of its parameters.
struct Call {
  let name: String
  let subject: Value
  let values: [Value?]
  let more: Arguments
  let interpreter: Interpreter
  var budget: Budget { interpreter.budget }

  subscript(index: Int) -> Value? { index < values.count ? values[index] : nil }

  /// An argument that was given and is not none.
  func present(_ index: Int) -> Value? {
    guard let value = self[index] else { return nil }
    if case .none = value { return nil }
    return value
  }

  func flag(_ index: Int) -> Bool { self[index]?.isTrue ?? false }

  func int(_ index: Int) throws(TemplateError) -> Int? {
    guard let value = present(index) else { return nil }
    return try whole(value)
  }

  /// A size or place. Whatever is larger than any string means the same, and leaves room to add.
  private func whole(_ value: Value) throws(TemplateError) -> Int {
    min(max(try exact(value), -(1 << 40)), 1 << 40)
  }

  func exact(_ value: Value) throws(TemplateError) -> Int {
    if case .undefined(let undefined) = value { throw undefined.error }
    guard let number = value.wholeNumber else {
      throw TemplateError(
        .value, "\(name)(): '\(value.typeName)' object cannot be interpreted as an integer")
    }
    return number
  }

  /// A string argument that was given and is not none.
  func text(_ index: Int) throws(TemplateError) -> Text? {
    guard let value = present(index) else { return nil }
    guard case .string(let text) = value else {
      throw TemplateError(.value, "\(name)(): must be str, not \(value.typeName)")
    }
    return text
  }

  /// The subject as a string, made one if need be.
  func subjectText() throws(TemplateError) -> Text { try subject.text(budget) }

  /// The string that a method belongs to.
  var string: Text {
    if case .string(let text) = subject { text } else { Text() }
  }

  func elements() throws(TemplateError) -> [Value] { try interpreter.elements(of: subject) }

  /// A new string, paid for.
  func made(_ text: Text) throws(TemplateError) -> Value {
    try budget.make(text.count)
    return .string(text)
  }

  func list(_ elements: [Value]) throws(TemplateError) -> Value {
    try budget.make(elements.count, of: 48)
    return try .list(elements)
  }

  func stream(
    over inputs: [Value], _ source: @escaping Stream.Source
  ) throws(TemplateError) -> Value {
    .stream(try Stream(over: inputs, source))
  }
}

/// A builtin as a value: a global, or a method with the value that it belongs to.
final class Function: TemplateObject {
  private let name: String
  private let body: (Arguments, Interpreter) throws(TemplateError) -> Value
  let depth: Int
  var typeName: String { "builtin_function_or_method" }
  var isCallable: Bool { true }

  init(
    _ name: String, depth: Int = 1,
    _ body: @escaping (Arguments, Interpreter) throws(TemplateError) -> Value
  ) {
    self.name = name
    self.depth = depth
    self.body = body
  }

  convenience init(_ builtin: Builtin, on subject: Value = .none) {
    self.init(builtin.name, depth: subject.extent.depth + 1) {
      arguments, interpreter throws(TemplateError) in
      try builtin.call(on: subject, arguments, interpreter)
    }
  }

  func call(_ arguments: Arguments, _ interpreter: Interpreter) throws(TemplateError) -> Value {
    try body(arguments, interpreter)
  }
}
