import Containers
import Testing

@testable import Tokenizers

@Suite("ids are those of `tokenizers`") struct ReferenceTests {
  static let names = [
    "qwen2-kjv", "llama3", "gpt2", "digits", "falcon", "words", "fallback", "t5", "unigram-whole",
    "unigram-bytes", "bert-uncased", "bert-cased", "wordlevel", "llama2", "llama-first", "clip",
    "byte-normalizer",
  ]

  @Test(arguments: names) func encodeAndDecode(_ name: String) throws {
    let tokenizer = try Goldens.tokenizer(name)
    let golden = try Goldens.json("tokenizers/\(name).golden.json")
    let cases = Array(try #require(golden["cases"]).elements)
    let texts = try Goldens.texts()
    #expect(cases.count == texts.count)
    for (text, expected) in zip(texts, cases) {
      let ids = try tokenizer.encode(text, addSpecial: false)
      let shown = String(decoding: text.prefix(80), as: UTF8.self)
      #expect(Goldens.matches(ids, expected["ids"]), "\(shown.debugDescription): \(ids.prefix(60))")
      let decoded = String(decoding: tokenizer.decode(ids, skipSpecial: false), as: UTF8.self)
      let whole = String(decoding: text, as: UTF8.self)
      // Recorded where it is short and not the text itself.
      if let wanted = expected["decoded"]?.string {
        #expect(Array(decoded.utf8) == Array(wanted.utf8))
      } else if decoded.utf8.count < 1000 {
        #expect(Array(decoded.utf8) == Array(whole.utf8))
      }
      let skipped = String(decoding: tokenizer.decode(ids, skipSpecial: true), as: UTF8.self)
      if let wanted = expected["skipped"]?.string {
        #expect(Array(skipped.utf8) == Array(wanted.utf8))
      } else {
        #expect(Array(skipped.utf8) == Array(decoded.utf8))
      }
    }
    let special = try tokenizer.encode(Array("the end".utf8), addSpecial: true)
    #expect(Goldens.matches(special, golden["special"]))
  }

  /// A second look goes through the caches that the first one filled.
  @Test func encodingTwiceIsTheSame() throws {
    let tokenizer = try Goldens.tokenizer("qwen2-kjv")
    for text in try Goldens.texts() {
      #expect(
        try tokenizer.encode(text, addSpecial: false)
          == tokenizer.encode(text, addSpecial: false))
    }
  }

  @Test func evaluationText() throws {
    let tokenizer = try Goldens.tokenizer("qwen2-kjv")
    let text = try Goldens.bytes("qwen2-kjv/eval.txt")
    let golden = try Goldens.json("qwen2-kjv/eval.tokens.json")
    let ids = try tokenizer.encode(text, addSpecial: false)
    #expect(ids == golden.elements.map { $0.int ?? -1 })
    #expect(tokenizer.decode(ids, skipSpecial: false) == text)
  }

  @Test func patternsMeanWhatTheyMeanInOniguruma() throws {
    let behaviors = [
      "removed": "Removed", "isolated": "Isolated", "contiguous": "Contiguous",
      "merged_with_previous": "MergedWithPrevious", "merged_with_next": "MergedWithNext",
    ]
    for golden in try Goldens.json("tokenizers/splits.json").elements {
      let parts = Array(golden.elements)
      let pattern = try #require(parts[0].string)
      let split: JSONValue = [
        "type": "Split", "pattern": ["Regex": .string(pattern)],
        "behavior": .string(try #require(behaviors[parts[1].string ?? ""])),
        "invert": .bool(try #require(parts[2].bool as Bool?)),
      ]
      let json = try JSON(Array(split.serialized().utf8), file: "split")
      var pieces = Pieces()
      let matcher = try Matcher.make()
      matcher.allow(bytes: 1 << 20)
      pieces.reset(to: try #require(parts[3].bytes?.bytes))
      try PreTokenizer(json).apply(to: &pieces, matcher)
      #expect(
        pieces.bounds.map { Array(pieces.text[$0]) }
          == parts[4].elements.map { $0.bytes?.bytes ?? [] },
        "\(pattern): \(pieces.bounds.map { String(decoding: pieces.text[$0], as: UTF8.self) })")
    }
  }

  @Test func rolesComeFromTheConfiguration() throws {
    let config = try Goldens.json("qwen2-kjv/tokenizer_config.json")
    let tokenizer = try Goldens.tokenizer("qwen2-kjv", config: config)
    #expect(tokenizer.eos == 2047)
    #expect(tokenizer.pad == 2045)
    #expect(tokenizer.bos == nil)
    #expect(!tokenizer.addBOS)
    #expect(tokenizer.vocabularySize == 2048)
    #expect(tokenizer.piece(2047) == "<|im_end|>")
    #expect(tokenizer.id("\u{120}the").map(tokenizer.piece) == "\u{120}the")
    #expect(tokenizer.piece(-1) == "" && tokenizer.piece(1 << 40) == "")
    #expect(tokenizer.decode([-1, 1 << 40], skipSpecial: false) == [])
  }
}
