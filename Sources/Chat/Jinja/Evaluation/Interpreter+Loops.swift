extension Interpreter {
  /// Runs a loop's body for each element; every round has a scope of its own.
  func loop(
    _ syntax: LoopSyntax, over source: Value, _ scope: Scope, depth: Int = 0
  ) throws(TemplateError) {
    let context: LoopContext
    do throws(TemplateError) {
      context = try loopContext(syntax, over: source, scope, depth: depth)
    } catch { throw error.at(syntax.source.offset) }
    var ran = false
    while let value = try context.advance() {
      try budget.step()
      let inner = Scope(["loop": .object(context)], in: scope)
      try assign(value, to: syntax.target, inner)
      switch try run(syntax.body, inner) {
      case .through: ran = true
      case .continueLoop: break
      case .breakLoop:
        // As in Jinja2, `else` also runs where no round came to its end.
        if !ran { _ = try run(syntax.otherwise, Scope(in: scope)) }
        return
      }
    }
    if !ran { _ = try run(syntax.otherwise, Scope(in: scope)) }
  }

  /// A recursive loop's text.
  func recurse(
    _ syntax: LoopSyntax, over source: Value, _ scope: Scope, depth: Int
  ) throws(TemplateError) -> Text {
    try nested { () throws(TemplateError) in
      try capture { () throws(TemplateError) in
        try loop(syntax, over: source, scope, depth: depth)
      }
    }
  }

  private func loopContext(
    _ syntax: LoopSyntax, over source: Value, _ scope: Scope, depth: Int
  ) throws(TemplateError) -> LoopContext {
    let elements = try stream(of: source)
    var count = source.count
    var stream = elements
    if let condition = syntax.condition {
      count = nil
      stream = try Stream(over: [.stream(elements)]) { [self] () throws(TemplateError) in
        while let value = try elements.next() {
          try budget.step()
          let inner = Scope(in: scope)
          try assign(value, to: syntax.target, inner)
          if try evaluate(condition, inner).isTrue { return value }
        }
        return nil
      }
    }
    let context = LoopContext(stream, count: count, level: depth, depth: source.extent.depth + 1)
    if syntax.isRecursive {
      context.recursion = { [self] value throws(TemplateError) in
        try recurse(syntax, over: value, scope, depth: depth + 1)
      }
    }
    return context
  }
}

/// `loop` inside a loop.
final class LoopContext: TemplateObject {
  let depth: Int
  var typeName: String { "LoopContext" }
  var isCallable: Bool { true }
  var recursion: ((Value) throws(TemplateError) -> Text)?

  private let level: Int
  private let source: Stream
  private var count: Int?
  private var index = -1
  private var previous: Value?
  private var current: Value?
  /// Elements that were taken from the source before their turn, the next one last.
  private var ahead: [Value] = []
  private var lastChange: [Value]?

  init(_ source: Stream, count: Int?, level: Int, depth: Int) {
    self.source = source
    self.count = count
    self.level = level
    self.depth = depth
  }

  func advance() throws(TemplateError) -> Value? {
    guard let value = ahead.isEmpty ? try source.next() : ahead.removeLast() else { return nil }
    index += 1
    (previous, current) = (current, value)
    return value
  }

  private func peek() throws(TemplateError) -> Value? {
    if ahead.isEmpty, let value = try source.next() { ahead = [value] }
    return ahead.last
  }

  private func length() throws(TemplateError) -> Int {
    if let count { return count }
    var rest = Array(ahead.reversed())
    while let value = try source.next() { rest.append(value) }
    ahead = rest.reversed()
    count = index + 1 + rest.count
    return index + 1 + rest.count
  }

  func attribute(_ name: String) throws(TemplateError) -> Value? {
    switch name {
    case "index": .int(index + 1)
    case "index0": .int(index)
    case "revindex": .int(try length() - index)
    case "revindex0": .int(try length() - index - 1)
    case "length": .int(try length())
    case "first": .bool(index == 0)
    case "last": .bool(try peek() == nil)
    case "depth": .int(level + 1)
    case "depth0": .int(level)
    case "previtem": index == 0 ? .undefined("there is no previous item") : previous
    case "nextitem": try peek() ?? .undefined("there is no next item")
    case "cycle":
      .object(
        Function(name) { [index] arguments, _ throws(TemplateError) in
          guard !arguments.positional.isEmpty else {
            throw TemplateError(.value, "no items for cycling given")
          }
          return arguments.positional[index % arguments.positional.count]
        })
    case "changed":
      .object(
        Function(name) { [self] arguments, _ in
          defer { lastChange = arguments.positional }
          return .bool(lastChange != arguments.positional)
        })
    default: nil
    }
  }

  func call(_ arguments: Arguments, _ interpreter: Interpreter) throws(TemplateError) -> Value {
    guard let recursion else {
      throw TemplateError(
        .value, "The loop must have the 'recursive' marker to be called recursively.")
    }
    guard let value = arguments.positional.first, arguments.all.count == 1 else {
      throw TemplateError(.value, "loop() takes one argument")
    }
    return .string(try recursion(value))
  }
}
