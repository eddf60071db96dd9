import Containers
import Testing

@testable import Tokenizers

/// Broken components: each is a typed error that names it, and none takes time or memory without
/// bound.
@Suite("hostile components") struct HostileComponentTests {
  static let parts: [(role: String, component: String, subject: String)] = [
    ("normalizer", #"{"type": "Strip"}"#, "normalizer Strip.strip_left"),
    ("normalizer", #"{"type": "Prepend", "prepend": 1}"#, "normalizer Prepend.prepend"),
    ("normalizer", #"{"type": "Replace", "content": "x"}"#, "normalizer Replace.pattern"),
    (
      "normalizer", #"{"type": "Replace", "pattern": {"String": "x"}}"#,
      "normalizer Replace.content"
    ),
    ("normalizer", #"{"type": "Replace", "pattern": {"Regex": "("}, "content": ""}"#, "regex"),
    ("normalizer", #"{"type": "BertNormalizer"}"#, "normalizer BertNormalizer.clean_text"),
    (
      "normalizer",
      #"{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "lowercase": 1}"#,
      "normalizer BertNormalizer.lowercase"
    ),
    ("normalizer", #"{"type": "Precompiled"}"#, "normalizer Precompiled.precompiled_charsmap"),
    (
      "normalizer", #"{"type": "Precompiled", "precompiled_charsmap": "!"}"#,
      "normalizer Precompiled.precompiled_charsmap"
    ),
    (
      "normalizer", #"{"type": "Precompiled", "precompiled_charsmap": "/////w=="}"#,
      "normalizer Precompiled.precompiled_charsmap"
    ),
    (
      "normalizer", #"{"type": "Precompiled", "precompiled_charsmap": "BAAAAAAAAAD/"}"#,
      "normalizer Precompiled.precompiled_charsmap"
    ),
    ("pre_tokenizer", #"{"type": "Metaspace"}"#, "pre_tokenizer Metaspace.replacement"),
    (
      "pre_tokenizer", #"{"type": "Metaspace", "replacement": "ab"}"#,
      "pre_tokenizer Metaspace.replacement"
    ),
    (
      "pre_tokenizer", #"{"type": "Metaspace", "replacement": "_", "prepend_scheme": "odd"}"#,
      "pre_tokenizer Metaspace.prepend_scheme"
    ),
    (
      "pre_tokenizer", #"{"type": "Metaspace", "replacement": "_", "add_prefix_space": false}"#,
      "pre_tokenizer Metaspace.add_prefix_space"
    ),
    ("pre_tokenizer", #"{"type": "Digits"}"#, "pre_tokenizer Digits.individual_digits"),
    ("pre_tokenizer", #"{"type": "FixedLength", "length": 0}"#, "pre_tokenizer FixedLength.length"),
    (
      "pre_tokenizer", #"{"type": "FixedLength", "length": -3}"#, "pre_tokenizer FixedLength.length"
    ),
    ("post_processor", #"{"type": "BertProcessing"}"#, "post_processor BertProcessing.sep"),
    (
      "post_processor", #"{"type": "RobertaProcessing", "sep": ["a", 0], "cls": ["b", 99]}"#,
      "post_processor RobertaProcessing.cls"
    ),
    ("decoder", #"{"type": "WordPiece"}"#, "decoder WordPiece.prefix"),
    ("decoder", #"{"type": "BPEDecoder"}"#, "decoder BPEDecoder.suffix"),
    (
      "decoder", #"{"type": "Strip", "content": "", "start": 0, "stop": 0}"#,
      "decoder Strip.content"
    ),
    (
      "decoder", #"{"type": "Strip", "content": "a", "start": -1, "stop": 0}"#,
      "decoder Strip.start"
    ),
    ("decoder", #"{"type": "CTC", "pad_token": "p"}"#, "decoder CTC.word_delimiter_token"),
    ("decoder", #"{"type": "Metaspace", "replacement": 1}"#, "decoder Metaspace.replacement"),
  ]

  @Test(arguments: parts) func componentIsRefused(
    _ role: String, _ component: String, _ subject: String
  ) throws {
    let error = try #require(
      HostileTests.load(HostileTests.model(HostileTests.good, #", "\#(role)": \#(component)"#)))
    #expect(error.subject == subject && error.file == "hostile.json")
  }

  @Test(arguments: [
    (#""type": "Unigram""#, "model Unigram.vocab"),
    (#""type": "Unigram", "vocab": {}"#, "model Unigram.vocab"),
    (#""type": "Unigram", "vocab": [["a"]]"#, "model Unigram.vocab"),
    (#""type": "Unigram", "vocab": [["a", "b"]]"#, "model Unigram.vocab"),
    (#""type": "Unigram", "vocab": [["a", 0], ["a", 1]]"#, "model Unigram.vocab"),
    (#""type": "Unigram", "vocab": [["a", 0]], "unk_id": 1"#, "model Unigram.unk_id"),
    (#""type": "Unigram", "vocab": [["a", 0]], "unk_id": -1"#, "model Unigram.unk_id"),
    (#""type": "Unigram", "vocab": [["a", 0]], "byte_fallback": 1"#, "model Unigram.byte_fallback"),
    (#""type": "WordPiece""#, "model WordPiece.vocab"),
    (#""type": "WordPiece", "vocab": {"a": 0}"#, "model WordPiece.unk_token"),
    (
      #""type": "WordPiece", "vocab": {"a": 0}, "unk_token": "a", "max_input_chars_per_word": -1"#,
      "model WordPiece.max_input_chars_per_word"
    ),
    (
      #""type": "WordPiece", "vocab": {"a": 0}, "unk_token": "a", "max_input_chars_per_word": 9"#,
      "model WordPiece.continuing_subword_prefix"
    ),
    (#""type": "WordLevel", "vocab": {"a": 0}"#, "model WordLevel.unk_token"),
    (#""type": "WordLevel", "vocab": {"a": "0"}, "unk_token": "a""#, "a"),
  ]) func modelIsRefused(_ members: String, _ subject: String) throws {
    let error = try #require(HostileTests.load("{\"model\": {\(members)}}"))
    #expect(error.subject == subject && error.file == "hostile.json")
  }

  static func tokenizer(_ members: String) throws -> Tokenizer {
    try Tokenizer.load(huggingFace: Array("{\(members)}".utf8), file: "small", config: nil)
  }

  @Test(arguments: [
    #""type": "Unigram", "vocab": [["a", 0]]"#,
    #""type": "WordPiece", "vocab": {"a": 0}, "unk_token": "?", "max_input_chars_per_word": 9, "continuing_subword_prefix": """#,
    #""type": "WordLevel", "vocab": {"a": 0}, "unk_token": "?""#,
  ]) func textWithoutATokenIsAnError(_ model: String) throws {
    let tokenizer = try HostileComponentTests.tokenizer("\"model\": {\(model)}")
    #expect(try tokenizer.encode(Array("a".utf8), addSpecial: true) == [0])
    #expect(throws: FormatError.self) { try tokenizer.encode(Array("ab".utf8), addSpecial: true) }
  }

  /// A few bytes of file must not turn a text into terabytes.
  @Test func textDoesNotGrowWithoutBound() throws {
    let level = #""model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}"#
    let doubling = Array(
      repeating: #"{"type": "Replace", "pattern": {"String": "a"}, "content": "aaaa"}"#, count: 40)
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: 100)
    let growing = try HostileComponentTests.tokenizer(
      level
        + #", "normalizer": {"type": "Sequence", "normalizers": [\#(doubling.joined(separator: ","))]}"#
    )
    let error = try #require(throws: FormatError.self) {
      try growing.encode(text, addSpecial: false)
    }
    #expect(error.subject == "normalizer" || error.subject == "Replace")
    #expect(throws: FormatError.self) {
      try HostileComponentTests.tokenizer(
        level
          + #", "decoder": {"type": "Sequence", "decoders": [\#(doubling.joined(separator: ","))]}"#
      )
    }
  }

  /// Any bytes at all as rules: nothing but errors and texts.
  @Test func anyRulesAreSurvived() throws {
    let golden = try Goldens.json("tokenizers/components.json")
    let entry = try #require(
      golden["components"]?.elements.first { $0["component"]?["type"]?.string == "Precompiled" })
    let whole = try #require(entry["component"]?["precompiled_charsmap"]?.bytes?.bytes)
    var generator = SplitMix(state: 11)
    let matcher = try Matcher.make()
    let text = Array("Adze \u{c4} a\u{301} \u{2026} \u{4e00} \u{1f600} e\u{323}\r\n".utf8)
    for _ in 0..<80 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...30, using: &generator) {
        let place = Int.random(in: 6..<bytes.count, using: &generator)
        bytes[place] = bytes[Int.random(in: 0..<bytes.count, using: &generator)]
      }
      let json: JSONValue = [
        "type": "Precompiled", "precompiled_charsmap": .string(ByteString(bytes).text),
      ]
      do throws(FormatError) {
        let normalizer = try Normalizer(
          try JSON(Array(json.serialized().utf8), file: "rules"))
        let made = try normalizer.apply(to: text, matcher)
        let isValid = UTF8Text.isValid(made.span)
        #expect(isValid)
      } catch {
        #expect(error.subject?.hasPrefix("normalizer Precompiled") ?? false)
      }
    }
  }

  @Test func longWordsTakeLinearTime() throws {
    for name in ["t5", "unigram-whole", "bert-uncased", "llama2"] {
      let tokenizer = try Goldens.tokenizer(name)
      for unit in ["a", "thebeginning", "\u{e9}", "e\u{301}", "\u{4f60}"] {
        let text = Array(String(repeating: unit, count: 40_000 / unit.utf8.count).utf8)
        let start = ContinuousClock.now
        #expect(try !tokenizer.encode(text, addSpecial: false).isEmpty)
        #expect(ContinuousClock.now - start < .seconds(10), "\(name) \(unit)")
      }
    }
  }

  /// Damaged copies of good files: nothing but typed errors, or a tokenizer that works.
  @Test(arguments: ["t5", "bert-cased", "unigram-whole", "llama-first", "clip"])
  func damageIsSurvived(_ name: String) throws {
    let original = try Goldens.bytes(Goldens.path(of: name))
    var generator = SplitMix(state: 5)
    for _ in 0..<25 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0x20...0x7e, using: &generator)
        case 1: bytes.removeSubrange(place..<min(place + 40, bytes.count))
        default: bytes[place] = bytes[Int.random(in: 0..<bytes.count, using: &generator)]
        }
      }
      do throws(FormatError) {
        let tokenizer = try Tokenizer.load(huggingFace: bytes, file: "damaged", config: nil)
        let text = Array("It's  the <extra> 12 caf\u{e9} whole word\r\n".utf8)
        _ = tokenizer.decode(try tokenizer.encode(text, addSpecial: true), skipSpecial: true)
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
  }
}
