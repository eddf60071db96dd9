/// Something with attributes or a call of its own: a function, a macro, a loop, a namespace.
protocol TemplateObject: AnyObject {
  var typeName: String { get }
  /// How deep the values nest that it holds.
  var depth: Int { get }
  func attribute(_ name: String) throws(TemplateError) -> Value?
  func call(_ arguments: Arguments, _ interpreter: Interpreter) throws(TemplateError) -> Value
  var isCallable: Bool { get }
}

extension TemplateObject {
  var depth: Int { 0 }
  var isCallable: Bool { false }
  func attribute(_ name: String) throws(TemplateError) -> Value? { nil }
  func call(_ arguments: Arguments, _ interpreter: Interpreter) throws(TemplateError) -> Value {
    throw TemplateError(.value, "'\(typeName)' object is not callable")
  }
}

/// What a call is given.
struct Arguments {
  var positional: [Value] = []
  var named: [(name: String, value: Value)] = []

  var all: [Value] { positional + named.map(\.value) }
}

/// `namespace()`: the only thing whose attributes a template may set.
final class Namespace: TemplateObject {
  private(set) var names: [String] = []
  private var values: [String: Value] = [:]
  var typeName: String { "Namespace" }

  func attribute(_ name: String) -> Value? { values[name] }

  func set(_ name: String, _ value: Value) throws(TemplateError) {
    guard !name.hasPrefix("_") else {
      throw TemplateError(
        .security, "a namespace cannot store the underscore-prefixed attribute '\(name)'")
    }
    if values.updateValue(value, forKey: name) == nil { names.append(name) }
  }

  /// Lets go of what it holds: namespaces can hold each other in a circle.
  func clear() { values = [:] }
}

/// `joiner()`: nothing the first time it is called, a separator from then on.
final class Joiner: TemplateObject {
  private let separator: Value
  private var isUsed = false
  var typeName: String { "Joiner" }
  var isCallable: Bool { true }

  init(_ separator: Value) { self.separator = separator }

  func call(_ arguments: Arguments, _ interpreter: Interpreter) -> Value {
    defer { isUsed = true }
    return isUsed ? separator : .string("")
  }
}

/// `cycler(...)`: its values in turn.
final class Cycler: TemplateObject {
  private let values: [Value]
  private var position = 0
  let depth: Int
  var typeName: String { "Cycler" }

  init(_ values: [Value]) throws(TemplateError) {
    guard !values.isEmpty else {
      throw TemplateError(.value, "at least one item has to be provided")
    }
    self.values = values
    depth = try Extent.around(values).depth
  }

  func attribute(_ name: String) -> Value? {
    switch name {
    case "current": values[position]
    case "next":
      .object(
        Function(name) { [self] _, _ in
          defer { position = (position + 1) % values.count }
          return values[position]
        })
    case "reset":
      .object(
        Function(name) { [self] _, _ in
          position = 0
          return .none
        })
    default: nil
    }
  }
}
