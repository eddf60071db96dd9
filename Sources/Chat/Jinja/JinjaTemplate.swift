import Containers

/// A Jinja template as chat models publish them, ready to be rendered.
///
/// The language is Jinja2's with `trim_blocks`, `lstrip_blocks`, `break` and `continue`, in the
/// sandbox and with the additions of transformers (`tojson`, `raise_exception`, `strftime_now`,
/// `{% generation %}`). Whatever the source, reading and rendering end, within bounds.
public struct JinjaTemplate: Sendable {
  public let name: String
  private let source: [Unicode.Scalar]
  private let statements: [Statement]

  /// `name` places errors, such as `tokenizer_config.json`.
  public init(_ source: String, name: String = "") throws(TemplateError) {
    let scalars = Lexer.normalized(source)
    self.name = name
    self.source = scalars
    do throws(TemplateError) {
      guard scalars.count <= RenderLimits.sourceLength else {
        throw TemplateError(.limit, "the template is longer than \(RenderLimits.sourceLength)")
      }
      statements = try DeepStack.run { () throws(TemplateError) in try Parser.parse(scalars) }
    } catch { throw error.located(in: scalars, named: name) }
  }

  /// The text that the template makes of an object's members as its variables.
  public func render(
    _ variables: JSONValue, limits: RenderLimits = RenderLimits(),
    clock: TemplateClock = TemplateClock()
  ) throws(TemplateError) -> String {
    do throws(TemplateError) {
      return try DeepStack.run { [statements] () throws(TemplateError) in
        let interpreter = Interpreter(limits: limits, clock: clock)
        var values: [String: Value] = [:]
        if case .object(let members) = variables {
          for member in members { values[member.key] = try Value(member.value) }
        }
        return try interpreter.render(statements, values).string
      }
    } catch { throw error.located(in: source, named: name) }
  }
}

extension Value {
  /// A value of a conversation. Throws where it is nested too deep.
  init(_ json: JSONValue, depth: Int = 0) throws(TemplateError) {
    guard depth < RenderLimits.valueDepth else {
      throw TemplateError(.limit, "the conversation is nested too deep")
    }
    switch json {
    case .null: self = .none
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .double(let value): self = .float(value)
    case .string(let value): self = .text(value)
    case .array(let values):
      self = try .list(
        try values.map { value throws(TemplateError) in try Value(value, depth: depth + 1) })
    case .object(let members):
      self = .dict(
        try Dict(
          try members.map { member throws(TemplateError) in
            (.text(member.key), try Value(member.value, depth: depth + 1))
          }))
    }
  }
}
