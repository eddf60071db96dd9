import Containers

/// One of the templates that a model brings along, and where they are found.
public struct ChatTemplate: Sendable, Hashable {
  /// `default`, or what the model calls it, such as `tool_use`.
  public var name: String
  public var source: String
  /// The file or metadata key that holds it; errors name it.
  public var origin: String

  public init(name: String = ChatTemplate.standardName, source: String, origin: String) {
    self.name = name
    self.source = source
    self.origin = origin
  }

  public static let standardName = "default"
  private static let toolName = "tool_use"

  /// The template, ready to be rendered.
  public func parsed() throws(TemplateError) -> JinjaTemplate {
    try JinjaTemplate(source, name: origin)
  }

  /// The templates of a Hugging Face download.
  ///
  /// Files (`chat_template.jinja` and those in `additional_chat_templates`, by their names without
  /// `.jinja`) stand in for all that `tokenizer_config.json` says in `chat_template`: one template,
  /// or a list of objects with `name` and `template`. `processorTemplate` is the parsed
  /// `chat_template.json` of older multimodal models, which is used where there is nothing else.
  public static func all(
    tokenizerConfig: JSON?, file: String? = nil, additional: [(name: String, source: String)] = [],
    processorTemplate: JSON? = nil
  ) throws(FormatError) -> [ChatTemplate] {
    var templates: [ChatTemplate] = []
    if let file { templates.append(ChatTemplate(source: file, origin: "chat_template.jinja")) }
    for (name, source) in additional {
      templates.append(
        ChatTemplate(
          name: name, source: source, origin: "additional_chat_templates/\(name).jinja"))
    }
    if !templates.isEmpty { return templates }
    let config = try all(in: tokenizerConfig, of: "tokenizer_config.json")
    return config.isEmpty ? try all(in: processorTemplate, of: "chat_template.json") : config
  }

  private static func all(in json: JSON?, of file: String) throws(FormatError) -> [ChatTemplate] {
    guard let value = json?.present("chat_template") else { return [] }
    if let source = value.string { return [ChatTemplate(source: source, origin: file)] }
    func broken(_ found: String) -> FormatError {
      FormatError(
        .damaged, "the chat template is of no known form", file: file, subject: "chat_template",
        expected: "a string, or a list of objects with a name and a template", found: found)
    }
    guard value.kind == .array else { throw broken("\(value.kind)") }
    var templates: [ChatTemplate] = []
    for element in value.elements {
      guard let name = element["name"]?.string, let source = element["template"]?.string else {
        throw broken("a list with something else")
      }
      // As in a dictionary, the last one of a name counts.
      templates.removeAll { $0.name == name }
      templates.append(ChatTemplate(name: name, source: source, origin: "\(file) (\(name))"))
    }
    return templates
  }

  /// The templates of a GGUF: `tokenizer.chat_template`, and `tokenizer.chat_template.NAME` for
  /// every name in `tokenizer.chat_templates`.
  public static func all(in metadata: Metadata) -> [ChatTemplate] {
    let key = "tokenizer.chat_template"
    var templates: [ChatTemplate] = []
    if let source = metadata[key]?.string {
      templates.append(ChatTemplate(source: source, origin: key))
    }
    for name in metadata["tokenizer.chat_templates"]?.array?.strings ?? ByteStrings() {
      guard name.text != standardName, let source = metadata["\(key).\(name.text)"]?.string else {
        continue
      }
      templates.append(
        ChatTemplate(name: name.text, source: source, origin: "\(key).\(name.text)"))
    }
    return templates
  }

  /// The template to use, as transformers picks it: by name, or else the one for tools if there are
  /// tools and it exists, or else the default.
  public static func choose(
    from templates: [ChatTemplate], named name: String? = nil, hasTools: Bool
  ) throws(TemplateError) -> ChatTemplate {
    func find(_ name: String) -> ChatTemplate? { templates.first { $0.name == name } }
    let found =
      if let name { find(name) } else {
        (hasTools ? find(toolName) : nil) ?? find(standardName)
      }
    if let found { return found }
    let names = templates.map(\.name).sorted().joined(separator: ", ")
    throw TemplateError(
      .missing,
      templates.isEmpty
        ? "the model has no chat template"
        : "the model has no chat template '\(name ?? standardName)', only: \(names)")
  }
}
