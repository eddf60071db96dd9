import Containers
import Testing

@testable import Tokenizers

/// One broken file per way of being broken: each is a typed error, and none stops the program.
@Suite("hostile tokenizers") struct HostileTests {
  static func load(_ text: String) -> FormatError? {
    do throws(FormatError) {
      _ = try Tokenizer.load(huggingFace: Array(text.utf8), file: "hostile.json", config: nil)
      return nil
    } catch {
      return error
    }
  }

  static func model(_ members: String, _ rest: String = "") -> String {
    #"{"model": {"type": "BPE", \#(members)}\#(rest)}"#
  }
  static let good = #""vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]"#

  @Test(arguments: [
    ("", FormatError.Kind.damaged), ("[]", .damaged), ("{}", .damaged),
    (#"{"model": 1}"#, .unknown),
    (#"{"model": {"type": "Nonsense", "vocab": []}}"#, .unknown),
    (model(#""merges": []"#), .damaged), (model(#""vocab": []"#), .damaged),
    (model(#""vocab": {"a": 0}"#), .damaged),
    (model(#""vocab": {"a": -1}, "merges": []"#), .damaged),
    (model(#""vocab": {"a": 1.5}, "merges": []"#), .damaged),
    (model(#""vocab": {"a": 4294967295}, "merges": []"#), .damaged),
    (model(#""vocab": {"a": 99999999999999999999}, "merges": []"#), .damaged),
    (model(#""vocab": {"a": 0, "b": 0}, "merges": []"#), .damaged),
    (model(#""vocab": {"a": 0, "a": 1}, "merges": []"#), .damaged),
    (model(#""vocab": {"a": 0}, "merges": ["a b"]"#), .damaged),
    (model(#""vocab": {"a": 0, "b": 1}, "merges": ["a b"]"#), .damaged),
    (model(#""vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["ab"]"#), .damaged),
    (model(#""vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a  b"]"#), .damaged),
    (model(#""vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a"]]"#), .damaged),
    (model(#""vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b", "c"]]"#), .damaged),
    (model(#""vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", 1]]"#), .damaged),
    (model(#""vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [7]"#), .damaged),
    (model(good + #", "dropout": 0.1"#), .unknown),
    (model(good + #", "unk_token": "?""#), .damaged),
    (model(good + #", "fuse_unk": "yes""#), .damaged),
    (model(good, #", "normalizer": {"type": "NFKX"}"#), .unknown),
    (model(good, #", "normalizer": {"type": "Sequence"}"#), .damaged),
    (
      model(good, #", "normalizer": {"type": "Sequence", "normalizers": [{"type": "Uppercase"}]}"#),
      .unknown
    ),
    (model(good, #", "normalizer": []"#), .unknown),
    (model(good, #", "pre_tokenizer": {"type": "Nonsense"}"#), .unknown),
    (model(good, #", "pre_tokenizer": {"type": "ByteLevel"}"#), .damaged),
    (model(good, #", "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "a"}}"#), .damaged),
    (
      model(
        good, #", "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "a"}, "behavior": "Odd"}"#
      ), .unknown
    ),
    (
      model(good, #", "pre_tokenizer": {"type": "Split", "pattern": {}, "behavior": "Isolated"}"#),
      .unknown
    ),
    (model(good, #", "post_processor": {"type": "Nonsense"}"#), .unknown),
    (model(good, #", "post_processor": {"type": "TemplateProcessing"}"#), .damaged),
    (
      model(
        good,
        #", "post_processor": {"type": "TemplateProcessing", "special_tokens": {"x": {"ids": [99]}}, "single": []}"#
      ), .damaged
    ),
    (
      model(
        good,
        #", "post_processor": {"type": "TemplateProcessing", "special_tokens": {}, "single": [{"SpecialToken": {"id": "x"}}]}"#
      ), .damaged
    ),
    (
      model(
        good,
        #", "post_processor": {"type": "TemplateProcessing", "special_tokens": {}, "single": [{"Sequence": {"id": "B"}}]}"#
      ), .unknown
    ),
    (model(good, #", "decoder": {"type": "Nonsense"}"#), .unknown),
    (model(good, #", "added_tokens": {}"#), .damaged),
    (model(good, #", "added_tokens": [1]"#), .damaged),
    (model(good, #", "added_tokens": [{"id": -1, "content": "x"}]"#), .damaged),
    (model(good, #", "added_tokens": [{"id": 3, "content": "x", "lstrip": 1}]"#), .damaged),
  ]) func isRefused(_ text: String, _ kind: FormatError.Kind) throws {
    let error = try #require(HostileTests.load(text), "\(text) was accepted")
    #expect(error.kind == kind, "\(text): \(error)")
    #expect(error.file == "hostile.json")
    #expect(error.remedy.count > 10)
    #expect(HostileTests.load(HostileTests.model(HostileTests.good)) == nil)
  }

  /// Sequences that double the text, or the template, at every step.
  @Test func sequencesDoNotMultiply() {
    func repeated(_ text: String) -> String {
      Array(repeating: text, count: 40).joined(separator: ",")
    }
    let spelled = repeated(#"{"type": "ByteLevel", "add_prefix_space": false}"#)
    let doubled = repeated(
      #"{"type": "TemplateProcessing", "special_tokens": {}, "single": [{"Sequence": {"id": "A"}}, {"Sequence": {"id": "A"}}]}"#
    )
    for rest in [
      #", "pre_tokenizer": {"type": "Sequence", "pretokenizers": [\#(spelled)]}"#,
      #", "post_processor": {"type": "Sequence", "processors": [\#(doubled)]}"#,
    ] {
      #expect(HostileTests.load(HostileTests.model(HostileTests.good, rest))?.kind == .unknown)
    }
  }

  @Test(arguments: [
    "\u{301}\u{323}", "\u{f73}", "\u{344}\u{5b0}", "\u{1161}\u{11a8}", "\u{915}\u{93c}",
  ])
  func marksComposeInLinearTime(_ unit: String) {
    let start = ContinuousClock.now
    let text = Array(("a" + String(repeating: unit, count: 100_000)).utf8)
    #expect(!NormalizationForm.nfc.apply(text).isEmpty)
    #expect(ContinuousClock.now - start < .seconds(5))
    // Long runs take another path than short ones: both do what the reference does.
    let short = "q" + String(repeating: unit, count: 3)
    let long = String(repeating: short, count: 30)
    let expected = [[UInt8]](repeating: NormalizationForm.nfc.apply(Array(short.utf8)), count: 30)
      .joined()
    #expect(NormalizationForm.nfc.apply(Array(long.utf8)).elementsEqual(expected))
  }

  @Test func refusalsNameTheComponent() throws {
    let error = try #require(
      HostileTests.load(
        HostileTests.model(HostileTests.good, #", "pre_tokenizer": {"type": "Nonsense"}"#)))
    #expect(error.subject == "pre_tokenizer" && error.found == "Nonsense")
  }

  @Test(arguments: [
    "(", ")", "[", "[]", "[^]", "[a", "a)", "*", "+a", "(?", "(?<n", "(?P<n>a)", "(?m:a)", "(?x)a",
    "a(?i)b", "(?i)é", "(?i:ss)", #"(?i)\p{L}"#, #"\"#, #"\p"#, #"\p{"#, #"\p{Nonsense}"#,
    #"\p{Xan}"#, #"\p{Any}"#, #"\k<n>"#, #"\1"#, #"\K"#, #"\G"#, #"\R"#, #"\X"#, #"\C"#, #"\xff"#,
    #"\x{110000}"#, #"\ud800"#, "[z-a]", #"[a-\d]"#, "[[:nonsense:]]", "(?~a)", "(?(1)a)",
    "(*COMMIT)", "(?R)", "(?<=a*)b", "a{99999}", "(?:(?:(?:a{1,999}){1,999}){1,999})",
    String(repeating: "(", count: 10_000), String(repeating: "[", count: 10_000),
    String(repeating: "a", count: 100_000),
  ]) func patternIsRefused(_ pattern: String) {
    #expect(throws: FormatError.self) { try Pattern(oniguruma: pattern) }
  }

  @Test func runawayPatternsEnd() throws {
    let matcher = try Matcher.make()
    for (pattern, text) in [
      ("(a+)+$", String(repeating: "a", count: 40) + "b"),
      ("(?:a|a)*b", String(repeating: "a", count: 100_000)),
      ("(?:a?){40}a{40}b", String(repeating: "a", count: 40)),
      (#"(?:\p{L}\p{M}*)+"#, String(repeating: "e\u{301}", count: 500_000)),
      ("a*b", String(repeating: "a", count: 100_000)),
      ("[^b]*[bc]", String(repeating: "a", count: 1_000_000)),
      (#"(?=(\d{3})+(?!\d))"#, String(repeating: "1", count: 1_000_000)),
    ] {
      let start = ContinuousClock.now
      let bytes = Array(text.utf8)
      matcher.allow(bytes: 0, atLeast: .milliseconds(500))
      do throws(FormatError) {
        var pieces = Pieces()
        pieces.reset(to: bytes)
        try Split(isolating: pattern).apply(to: &pieces, matcher)
        #expect(pieces.bounds.map { pieces.text[$0].count }.reduce(0, +) == bytes.count)
      } catch {
        #expect(error.subject == "regex")
      }
      #expect(ContinuousClock.now - start < .seconds(10), "\(pattern)")
    }
  }

  @Test func longWordsTakeLinearTime() throws {
    let tokenizer = try Goldens.tokenizer("qwen2-kjv")
    for unit in ["a", "thebeginning", "\u{e9}"] {
      let text = Array(String(repeating: unit, count: 1_000_000 / unit.utf8.count).utf8)
      let start = ContinuousClock.now
      let ids = try tokenizer.encode(text, addSpecial: false)
      #expect(tokenizer.decode(ids, skipSpecial: false) == text)
      #expect(ContinuousClock.now - start < .seconds(10))
    }
  }

  static func metadata(_ change: (inout Metadata) -> Void) -> Metadata {
    var metadata = Metadata([
      (GGUFKey.model, .text("gpt2")), (GGUFKey.pre, .text("gpt-2")),
      (GGUFKey.tokens, .array(.strings(ByteStrings(["a", "b", "ab", "<s>"])))),
      (GGUFKey.types, .array(.int32([1, 1, 1, 3]))),
      (GGUFKey.merges, .array(.strings(ByteStrings(["a b"])))),
    ])
    change(&metadata)
    return metadata
  }

  @Test func ggufVocabulariesAreChecked() throws {
    let changes: [(inout Metadata) -> Void] = [
      { $0[GGUFKey.model] = nil }, { $0[GGUFKey.model] = .text("llama") },
      { $0[GGUFKey.model] = .bool(true) }, { $0[GGUFKey.pre] = .text("nonsense") },
      { $0[GGUFKey.pre] = .text("gemma4") }, { $0[GGUFKey.tokens] = nil },
      { $0[GGUFKey.tokens] = .array(.strings(ByteStrings())) },
      { $0[GGUFKey.tokens] = .array(.int32([1, 2])) },
      { $0[GGUFKey.tokens] = .array(.strings(ByteStrings(["a", "b", "ab", "a"]))) },
      { $0[GGUFKey.types] = .array(.int32([1])) }, { $0[GGUFKey.types] = .text("1") },
      { $0[GGUFKey.merges] = nil },
      { $0[GGUFKey.merges] = .array(.strings(ByteStrings(["ab"]))) },
      { $0[GGUFKey.merges] = .array(.strings(ByteStrings(["a c"]))) },
      { $0[GGUFKey.merges] = .array(.strings(ByteStrings([""]))) },
      { $0["tokenizer.ggml.add_bos_token"] = .bool(true) },
      { $0[GGUFKey.source] = .text("{") },
      { $0[GGUFKey.source] = .text(HostileTests.model(#""vocab": {"z": 0}, "merges": []"#)) },
      { $0[GGUFKey.regexes] = .array(.strings(ByteStrings(["("]))) },
      { $0[GGUFKey.regexes] = .array(.strings(ByteStrings([ByteString([0xff])]))) },
      {
        $0[GGUFKey.tokens] = .array(
          .strings(
            ByteStrings(["a", "b", "ab", ByteString([UInt8](repeating: 0x61, count: 5000))])))
      },
    ]
    for (index, change) in changes.enumerated() {
      let metadata = HostileTests.metadata(change)
      #expect(throws: FormatError.self, "change \(index)") {
        try Tokenizer.load(gguf: metadata, file: "hostile.gguf")
      }
    }
    // What llama.cpp takes, this takes: odd types, ids out of range, bytes that are not UTF-8.
    let odd = HostileTests.metadata {
      $0[GGUFKey.types] = .array(.int32([1, -7, 99, 3, 5]))
      $0["tokenizer.ggml.bos_token_id"] = .uint32(77)
      $0[GGUFKey.tokens] = .array(
        .strings(ByteStrings(["a", "b", "ab", ByteString([0xff, 0xc3]), ""])))
    }
    let tokenizer = try Tokenizer.load(gguf: odd, file: "odd.gguf")
    #expect(tokenizer.bos == nil && tokenizer.notes.contains { $0.contains("77") })
    #expect(try tokenizer.encode(Array("abba".utf8), addSpecial: true) == [2, 1, 0])
    #expect(tokenizer.decode([3, 4, 2], skipSpecial: false) == [0xff, 0xc3, 0x61, 0x62])
    #expect(throws: FormatError.self) { try GGUFVocabulary(gguf: odd).tokenizerJSON() }
  }

  @Test func modelAndTokenizerMustFit() throws {
    let bytes = try Goldens.bytes("qwen2-kjv/tokenizer.json")
    for size in ["5", "-1", "1e15", "\"2048\"", "2048.5"] {
      let config = try JSON(Array("{\"vocab_size\": \(size)}".utf8), file: "config.json")
      #expect(throws: FormatError.self, "\(size)") {
        try GGUFVocabulary(huggingFace: bytes, file: "t", config: nil, modelConfig: config)
      }
    }
    #expect(throws: FormatError.self) {
      try GGUFVocabulary(
        huggingFace: try Goldens.bytes(Goldens.path(of: "words")), file: "t", config: nil,
        modelConfig: nil)
    }
  }

  /// Damaged copies of a real file: nothing but typed errors, or a tokenizer that works.
  @Test func damageIsSurvived() throws {
    let original = try Goldens.bytes(Goldens.path(of: "gpt2"))
    var generator = SplitMix(state: 7)
    for _ in 0..<300 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0x20...0x7e, using: &generator)
        case 1: bytes.remove(at: place)
        case 2: bytes.removeSubrange(place..<min(place + 40, bytes.count))
        default: bytes[place] = bytes[Int.random(in: 0..<bytes.count, using: &generator)]
        }
      }
      do throws(FormatError) {
        let tokenizer = try Tokenizer.load(huggingFace: bytes, file: "damaged", config: nil)
        let text = Array("It's  the <BOTH> 12 caf\u{e9} whole word\r\n".utf8)
        _ = tokenizer.decode(try tokenizer.encode(text, addSpecial: true), skipSpecial: true)
      } catch {
        #expect(error.file == "damaged" || error.subject == "regex")
      }
    }
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}
