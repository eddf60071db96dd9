import Chat
import Containers
import Testing

@Suite("where chat templates are found") struct ChatTemplateTests {
  static func json(_ text: String) throws -> JSON { try JSON(Array(text.utf8), file: "test.json") }

  @Test func config() throws {
    let one = try ChatTemplate.all(tokenizerConfig: try Self.json(#"{"chat_template": "a"}"#))
    #expect(one.map(\.source) == ["a"])
    #expect(one.map(\.name) == ["default"])
    let named = try ChatTemplate.all(
      tokenizerConfig: try Self.json(
        """
        {"chat_template": [{"name": "default", "template": "d"}, {"name": "tool_use", "template": "t"},
         {"name": "rag", "template": "r"}, {"name": "rag", "template": "s"}]}
        """))
    #expect(named.map(\.name) == ["default", "tool_use", "rag"])
    #expect(try ChatTemplate.choose(from: named, hasTools: false).source == "d")
    #expect(try ChatTemplate.choose(from: named, hasTools: true).source == "t")
    #expect(try ChatTemplate.choose(from: named, named: "rag", hasTools: true).source == "s")
    #expect(try ChatTemplate.all(tokenizerConfig: nil).isEmpty)
    #expect(
      try ChatTemplate.all(tokenizerConfig: try Self.json(#"{"chat_template": null}"#)).isEmpty)
    for broken in [#"{"chat_template": 1}"#, #"{"chat_template": [{"name": "a"}]}"#] {
      #expect(throws: FormatError.self) {
        try ChatTemplate.all(tokenizerConfig: try Self.json(broken))
      }
    }
  }

  @Test func files() throws {
    let config = try Self.json(#"{"chat_template": "a"}"#)
    let templates = try ChatTemplate.all(
      tokenizerConfig: config, file: "f", additional: [("tool_use", "t")])
    #expect(templates.map(\.source) == ["f", "t"])
    #expect(templates[1].origin == "additional_chat_templates/tool_use.jinja")
    let older = try ChatTemplate.all(
      tokenizerConfig: nil, processorTemplate: try Self.json(#"{"chat_template": "p"}"#))
    #expect(older.map(\.source) == ["p"])
  }

  @Test func gguf() throws {
    let metadata = Metadata([
      ("tokenizer.chat_template", .text("d")),
      ("tokenizer.chat_templates", .array(.strings(ByteStrings(["tool_use", "gone"])))),
      ("tokenizer.chat_template.tool_use", .text("t")),
      ("tokenizer.ggml.tokens", .array(.strings(ByteStrings(["<s>", "</s>", "<pad>"])))),
      ("tokenizer.ggml.bos_token_id", .uint32(0)), ("tokenizer.ggml.eos_token_id", .uint32(1)),
      ("tokenizer.ggml.padding_token_id", .uint32(2)),
      ("tokenizer.ggml.unknown_token_id", .uint32(3)),
    ])
    let templates = ChatTemplate.all(in: metadata)
    #expect(templates.map(\.name) == ["default", "tool_use"])
    #expect(templates.map(\.source) == ["d", "t"])
    #expect(
      SpecialTokens.variables(in: metadata) == [
        .init(key: "bos_token", value: "<s>"), .init(key: "eos_token", value: "</s>"),
        .init(key: "pad_token", value: "<pad>"),
      ])
    let config = try Self.json(
      #"{"bos_token": null, "eos_token": {"content": "</s>"}, "pad_token": "<pad>"}"#)
    #expect(
      SpecialTokens.variables(tokenizerConfig: config) == [
        .init(key: "eos_token", value: "</s>"), .init(key: "pad_token", value: "<pad>"),
      ])
  }

  @Test func noSuchTemplate() throws {
    #expect(throws: TemplateError.self) { try ChatTemplate.choose(from: [], hasTools: false) }
    let only = [ChatTemplate(name: "rag", source: "r", origin: "x")]
    do throws(TemplateError) {
      _ = try ChatTemplate.choose(from: only, hasTools: true)
      Issue.record("no error")
    } catch {
      #expect(error.kind == .missing)
      #expect(error.message.contains("rag"))
    }
  }

  /// What `make_context` of Qwen's qwen_generation_utils.py writes.
  @Test func chatML() throws {
    let template = try ChatTemplate.chatML.parsed()
    let question: JSONValue = ["role": "user", "content": "Hi"]
    let answer: JSONValue = ["role": "assistant", "content": "Hello"]
    let system: JSONValue = ["role": "system", "content": ""]
    #expect(
      try Conversation(messages: [question]).render(with: template)
        == "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
        + "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n")
    #expect(
      try Conversation(messages: [system, question, answer, question]).render(with: template)
        == "<|im_start|>system\n<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
        + "<|im_start|>assistant\nHello<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
        + "<|im_start|>assistant\n")
    #expect(
      try Conversation(messages: [question, answer], addsGenerationPrompt: false)
        .render(with: template)
        == "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
        + "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>")
  }

  /// A template works wherever it is called from, such as a thread with a small stack.
  @Test func rendersConcurrently() async throws {
    let template = try JinjaTemplate("{% for m in messages %}{{ m.content|upper }}{% endfor %}")
    let conversation = Conversation(messages: [["role": "user", "content": "a"]])
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<20 { group.addTask { try conversation.render(with: template) } }
      for try await text in group { #expect(text == "A") }
    }
  }
}
