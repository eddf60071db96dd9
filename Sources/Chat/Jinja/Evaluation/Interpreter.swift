import Foundation

/// Renders a tree. One interpreter serves one rendering.
///
/// Statements and expressions have files beside this one.
final class Interpreter {
  let budget: Budget
  private let limits: RenderLimits
  let clock: TemplateClock
  private var depth = 0
  /// What is being written: the result, and inside of it macros and blocks that are captured.
  private var outputs: [Text] = [Text()]
  private var outputBytes = 0
  /// What may hold itself in a circle, to be let go at the end.
  private var namespaces: [Namespace] = []
  private var captured: [Scope] = []

  init(limits: RenderLimits, clock: TemplateClock) {
    self.limits = limits
    self.clock = clock
    budget = Budget(limits)
  }

  func render(
    _ statements: [Statement], _ variables: [String: Value]
  ) throws(TemplateError) -> Text {
    defer {
      for namespace in namespaces { namespace.clear() }
      for scope in captured { scope.clear() }
    }
    let globals = Scope(Globals.table.mapValues { .object(Function($0)) })
    _ = try run(statements, Scope(variables, in: globals))
    return outputs[0]
  }

  /// Counts one evaluation, and one level of nesting while `body` runs.
  @inline(__always)
  func nested<Result>(
    _ body: () throws(TemplateError) -> Result
  ) throws(TemplateError) -> Result {
    try budget.step()
    depth += 1
    defer { depth -= 1 }
    guard depth <= limits.depth else {
      throw TemplateError(.limit, "the template calls itself too deep")
    }
    return try body()
  }

  func write(_ text: Text) throws(TemplateError) {
    try budget.make(text.count)
    outputs[outputs.count - 1].scalars += text.scalars
    guard outputs.count == 1 else { return }
    for scalar in text.scalars { outputBytes += UTF8.width(scalar) }
    guard outputBytes <= limits.outputBytes else {
      throw TemplateError(.limit, "the result is longer than \(limits.outputBytes) bytes")
    }
  }

  /// What `body` writes.
  func capture(_ body: () throws(TemplateError) -> Void) throws(TemplateError) -> Text {
    outputs.append(Text())
    do throws(TemplateError) { try body() } catch {
      outputs.removeLast()
      throw error
    }
    return outputs.removeLast()
  }

  func makeNamespace() throws(TemplateError) -> Namespace {
    try budget.make(1, of: 128)
    let namespace = Namespace()
    namespaces.append(namespace)
    return namespace
  }

  func makeMacro(_ syntax: MacroSyntax, _ scope: Scope) throws(TemplateError) -> Macro {
    try budget.make(1, of: 128)
    captured.append(scope)
    return Macro(syntax, scope)
  }
}

extension UTF8 {
  fileprivate static func width(_ scalar: Unicode.Scalar) -> Int {
    scalar.value < 0x80 ? 1 : scalar.value < 0x800 ? 2 : scalar.value < 0x10000 ? 3 : 4
  }
}
