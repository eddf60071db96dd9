import Containers
import TestSupport
import Testing

@testable import Tokenizers

@Suite("a vocabulary goes to GGUF and back") struct GGUFTests {
  static func kjvMetadata() throws -> Metadata {
    try GGUFFile(path: Fixture.path("qwen2-kjv/gguf/qwen2-kjv-BF16.gguf")).metadata
  }

  static func kjvVocabulary() throws -> GGUFVocabulary {
    try GGUFVocabulary(
      huggingFace: try Goldens.bytes("qwen2-kjv/tokenizer.json"), file: "tokenizer.json",
      config: try Goldens.json("qwen2-kjv/tokenizer_config.json"),
      modelConfig: try Goldens.json("qwen2-kjv/config.json"),
      chatTemplate: ByteString(try Goldens.bytes("qwen2-kjv/chat_template.jinja")))
  }

  @Test func entriesAreThoseOfLlamaCpp() throws {
    let vocabulary = try GGUFTests.kjvVocabulary()
    let wanted = try GGUFTests.kjvMetadata().entries.filter { $0.key.hasPrefix("tokenizer.") }
    let entries = vocabulary.entries
    #expect(entries.map(\.key) == wanted.map(\.key))
    for (entry, wanted) in zip(entries, wanted) {
      #expect(entry.value == wanted.value, "\(entry.key)")
    }
    #expect(vocabulary.isExact)
  }

  @Test func sameIDsFromEitherFile() throws {
    let tokenizer = try Goldens.tokenizer("qwen2-kjv")
    let gguf = try Tokenizer.load(gguf: try GGUFTests.kjvMetadata(), file: "kjv")
    #expect(gguf.bos == 2045 && gguf.eos == 2047 && gguf.pad == 2045 && !gguf.addBOS)
    #expect(!gguf.notes.isEmpty)
    for text in try Goldens.texts() {
      let composed = NormalizationForm.nfc.apply(UTF8Text.repaired(text))
      let ids = try tokenizer.encode(composed, addSpecial: false)
      #expect(try gguf.encode(composed, addSpecial: true) == ids)
      #expect(gguf.decode(ids, skipSpecial: false) == composed)
    }
  }

  @Test(arguments: ["llama3", "gpt2", "digits"]) func roundTrip(_ name: String) throws {
    let bytes = try Goldens.bytes(Goldens.path(of: name))
    let tokenizer = try Goldens.tokenizer(name)
    let vocabulary = try GGUFVocabulary(
      huggingFace: bytes, file: name, config: nil, modelConfig: nil)
    // With the original inside, everything is as it was.
    var metadata = Metadata(vocabulary.entries)
    metadata[GGUFKey.source] = vocabulary.sourceEntries.first?.value
    let whole = try Tokenizer.load(gguf: metadata, file: name)
    for text in try Goldens.texts() {
      #expect(
        try whole.encode(text, addSpecial: false) == tokenizer.encode(text, addSpecial: false))
    }
  }

  @Test func llamaKeepsItsIDsWithoutTheOriginal() throws {
    let tokenizer = try Goldens.tokenizer("llama3")
    let vocabulary = try GGUFVocabulary(
      huggingFace: try Goldens.bytes(Goldens.path(of: "llama3")), file: "llama3",
      config: try JSON(Array(#"{"bos_token": "<|begin|>"}"#.utf8), file: "config"),
      modelConfig: nil)
    #expect(vocabulary.pre == "llama-bpe")
    #expect(vocabulary.isExact)
    let plain = try Tokenizer.load(gguf: Metadata(vocabulary.entries), file: "llama3")
    #expect(plain.addBOS)
    let written = try GGUFVocabulary(gguf: Metadata(vocabulary.entries)).tokenizerJSON()
    let again = try Tokenizer.load(huggingFace: written, file: "written", config: nil)
    for text in try Goldens.texts() {
      let ids = try tokenizer.encode(text, addSpecial: true)
      #expect(try plain.encode(text, addSpecial: true) == ids)
      #expect(try again.encode(text, addSpecial: true) == ids)
    }
  }

  @Test func exportGivesTheSameIDs() throws {
    let gguf = try GGUFVocabulary(gguf: try GGUFTests.kjvMetadata())
    let config = gguf.tokenizerConfig()
    #expect(config["eos_token"] == "<|im_end|>" && config["bos_token"] == "<|endoftext|>")
    #expect(config["chat_template"] != nil)
    let written = try Tokenizer.load(
      huggingFace: try gguf.tokenizerJSON(), file: "written",
      config: try JSON(Array(config.serialized().utf8), file: "config"))
    let plain = try Tokenizer.load(gguf: try GGUFTests.kjvMetadata(), file: "kjv")
    #expect(written.roles.bos == plain.roles.bos && written.roles.eos == plain.roles.eos)
    for text in try Goldens.texts() {
      #expect(
        try written.encode(text, addSpecial: false) == plain.encode(text, addSpecial: false))
    }
  }

  @Test func ourOwnKeyCarriesForeignPatterns() throws {
    var text = String(
      decoding: try Goldens.bytes("qwen2-kjv/tokenizer.json"), as: UTF8.self)
    // Nobody knows this one: letters in threes.
    text.replace(#"?\\p{L}+|"#, with: #"?\\p{L}{1,3}|"#)
    let bytes = Array(text.utf8)
    let tokenizer = try Tokenizer.load(huggingFace: bytes, file: "edited", config: nil)
    let vocabulary = try GGUFVocabulary(
      huggingFace: bytes, file: "edited", config: nil, modelConfig: nil)
    #expect(!vocabulary.isExact)
    #expect(vocabulary.notes.contains { $0.contains("closest") })
    let entry = try #require(vocabulary.regexEntry)
    let gguf = try Tokenizer.load(
      gguf: Metadata(vocabulary.entries + [entry]), file: "edited")
    for text in try Goldens.texts() {
      let composed = NormalizationForm.nfc.apply(UTF8Text.repaired(text))
      #expect(
        try gguf.encode(composed, addSpecial: false)
          == tokenizer.encode(composed, addSpecial: false))
    }
  }

  @Test func everyNameLoads() throws {
    for row in NamedPreTokenizer.all {
      let preTokenizer = try PreTokenizer(regexes: row.regexes)
      let choice = try PreTokenizerChoice(preTokenizer, ignoresMerges: row.ignoresMerges)
      #expect(choice.isExact && choice.name == row.names[0])
    }
    let names = NamedPreTokenizer.all.flatMap(\.names)
    #expect(Set(names).count == names.count)
  }

  /// Two rows of the table that no test text tells apart could be mistaken for each other.
  @Test func spelledOtherwiseIsStillRecognized() throws {
    let qwen2 =
      #"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|[\p{N}]| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    let choice = try PreTokenizerChoice(
      PreTokenizer(regexes: [qwen2]), ignoresMerges: false)
    #expect(choice.isExact && choice.name == "qwen2" && choice.note != nil)
    // `bailingmoe` differs from `qwen2` in spelling only.
    for row in NamedPreTokenizer.all where row.names[0] != "bailingmoe" {
      // An option in front hides the row from comparison by pattern.
      let hidden = row.regexes.map { "(?:\($0))" }
      let choice = try PreTokenizerChoice(
        PreTokenizer(regexes: hidden), ignoresMerges: row.ignoresMerges)
      #expect(choice.name == row.names[0], "\(row.names[0]) taken for \(choice.name)")
    }
  }

  @Test func paddingAndKinds() throws {
    let source = """
      {"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2},
       "merges": [["a", "b"]]},
       "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
       "decoder": {"type": "ByteLevel"},
       "added_tokens": [
        {"id": 3, "content": "<s>", "special": true, "normalized": false},
        {"id": 4, "content": "<|x|>", "special": false, "normalized": false},
        {"id": 5, "content": "\\u2581tab", "special": false, "normalized": false}]}
      """
    let vocabulary = try GGUFVocabulary(
      huggingFace: Array(source.utf8), file: "small",
      config: try JSON(
        Array(
          """
          {"bos_token": {"content": "<s>"}, "add_bos_token": true, "add_eos_token": false,
           "chat_template": [{"name": "default", "template": "D"}, {"name": "tool use", "template": "T"}]}
          """.utf8), file: "config"),
      modelConfig: try JSON(Array(#"{"vocab_size": 8, "eos_token_id": [3]}"#.utf8), file: "model"))
    #expect(
      vocabulary.tokens.map(\.text) == [
        "a", "b", "ab", "<s>", "<|x|>", " tab", "[PAD6]", "[PAD7]",
      ])
    #expect(vocabulary.types == [1, 1, 1, 3, 3, 4, 5, 5])
    #expect(vocabulary.merges.map(\.text) == ["a b"])
    #expect(
      vocabulary.entries.dropFirst(5).map(\.key) == [
        "tokenizer.ggml.bos_token_id", "tokenizer.ggml.add_bos_token",
        "tokenizer.ggml.add_eos_token", "tokenizer.chat_template.tool_use",
        "tokenizer.chat_templates", "tokenizer.chat_template",
      ])
    #expect(vocabulary.pre == "gpt-2")
  }

  @Test func specialTokensAreThoseOfGGUFPy() throws {
    for golden in try Goldens.json("tokenizers/special.json").elements {
      let found = SpecialTokenFinder(
        try #require(golden["tokenizer"]), config: golden.present("config"),
        modelConfig: golden.present("model"), count: 100)
      func pairs(_ key: String) -> [[String]] {
        golden[key]?.elements.map { pair in
          pair.elements.map { JSONValue($0).serialized() }
        } ?? []
      }
      let shown = JSONValue(golden).serialized()
      // gguf-py numbers `cls`, and drops it where it writes.
      #expect(
        found.ids.map { ["\"\($0.role)\"", "\($0.id)"] } == pairs("ids"), "\(shown)")
      #expect(found.add.map { ["\"\($0.role)\"", "\($0.value)"] } == pairs("add"), "\(shown)")
    }
  }
}
