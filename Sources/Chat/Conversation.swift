import Containers

/// What a chat template is given: messages, and what goes with them.
public struct Conversation: Sendable, Equatable {
  /// Objects with `role`, `content` (text, or a list of parts), and where there are any `tool_calls`
  /// and `reasoning_content`.
  public var messages: [JSONValue]
  /// JSON schemas of functions.
  public var tools: [JSONValue]?
  /// Objects with `title` and `text`.
  public var documents: [JSONValue]?
  /// Whether the text ends where the assistant is to speak.
  public var addsGenerationPrompt: Bool
  /// Whatever else the template asks for: special tokens, `enable_thinking` and the like.
  public var variables: [JSONValue.Member]

  public init(
    messages: [JSONValue], tools: [JSONValue]? = nil, documents: [JSONValue]? = nil,
    addsGenerationPrompt: Bool = true, variables: [JSONValue.Member] = []
  ) {
    self.messages = messages
    self.tools = tools
    self.documents = documents
    self.addsGenerationPrompt = addsGenerationPrompt
    self.variables = variables
  }

  /// The conversation as text, equal to what `apply_chat_template` of transformers makes of it.
  public func render(
    with template: JinjaTemplate, limits: RenderLimits = RenderLimits(),
    clock: TemplateClock = TemplateClock()
  ) throws(TemplateError) -> String {
    var given: JSONValue = .object(variables)
    given["messages"] = .array(messages.map(Conversation.withReasoning))
    given["tools"] = tools.map(JSONValue.array) ?? .null
    given["documents"] = documents.map(JSONValue.array) ?? .null
    given["add_generation_prompt"] = .bool(addsGenerationPrompt)
    return try template.render(given, limits: limits, clock: clock)
  }

  private static let reasoningNames = ["reasoning_content", "thinking", "reasoning"]

  /// Templates read a message's reasoning under one of two names: both are set from any of three.
  private static func withReasoning(_ message: JSONValue) -> JSONValue {
    guard case .object(let members) = message,
      let reasoning = reasoningNames.lazy.compactMap({ message[$0] }).first(where: { $0 != .null })
    else { return message }
    var result: JSONValue = .object(
      message["thinking"] == nil
        ? [JSONValue.Member(key: "thinking", value: reasoning)] + members : members)
    result["reasoning_content"] = reasoning
    return result
  }
}
