import Containers
import Testing

@testable import Tokenizers

/// What Qwen's class and llama.cpp's converter make of a rank file; see Fixtures/record/ranks.py.
@Suite("rank files") struct RankTests {
  static let file = "tokenizers/qwen.tiktoken"

  static func tokenizer() throws -> Tokenizer {
    try .load(ranks: try Goldens.bytes(file), of: .qwen, file: file, config: nil)
  }

  static func vocabulary(
    ranks: [UInt8]? = nil, config: String = "{}", modelConfig: String = #"{"vocab_size": 1280}"#
  ) throws -> GGUFVocabulary {
    try GGUFVocabulary(
      ranks: try ranks ?? Goldens.bytes(file), of: .qwen, file: file,
      config: try JSON(Array(config.utf8), file: "tokenizer_config.json"),
      modelConfig: try JSON(Array(modelConfig.utf8), file: "config.json"))
  }

  static func metadata(_ vocabulary: GGUFVocabulary) -> Metadata {
    Metadata(vocabulary.entries + vocabulary.sourceEntries)
  }

  /// Every text of the golden, with its ids.
  static func forEachCase(_ body: ([UInt8], JSON) throws -> Void) throws {
    let golden = try Goldens.json("tokenizers/qwen.golden.json")
    let cases = Array(try #require(golden["cases"]).elements)
    let texts = try Goldens.texts()
    #expect(cases.count == texts.count)
    for (text, ids) in zip(texts, cases) { try body(text, ids) }
    for entry in try #require(golden["own"]).elements {
      let parts = Array(entry.elements)
      try body(try #require(parts[0].bytes?.bytes), parts[1])
    }
  }

  @Test func idsAreThoseOfTiktoken() throws {
    let tokenizer = try RankTests.tokenizer()
    try RankTests.forEachCase { text, golden in
      let ids = try tokenizer.encode(text, addSpecial: true)
      let shown = String(decoding: text.prefix(80), as: UTF8.self)
      #expect(Goldens.matches(ids, golden), "\(shown.debugDescription): \(ids.prefix(60))")
      let composed = NormalizationForm.python.apply(UTF8Text.repaired(text))
      #expect(tokenizer.decode(ids, skipSpecial: false) == composed)
    }
    let end = try #require(tokenizer.id("<|endoftext|>"))
    #expect(end == 1050 && tokenizer.id("<|extra_204|>") == 1257)
    #expect(tokenizer.vocabularySize == 1258 && tokenizer.isSpecial(end))
    #expect(tokenizer.bos == end && tokenizer.eos == end && !tokenizer.addBOS && !tokenizer.addEOS)
    #expect(tokenizer.decode([end], skipSpecial: true).isEmpty)
  }

  /// The two editions differ, or the texts would not show which is used.
  @Test func composesLikePython() {
    let text = Array("\u{11935}\u{11930} a\u{1df6}\u{323}".utf8)
    #expect(NormalizationForm.python.apply(text) == Array("\u{11938} \u{1ea1}\u{1df6}".utf8))
    #expect(NormalizationForm.nfc.apply(text) != NormalizationForm.python.apply(text))
  }

  @Test func entriesAreThoseOfLlamaCpp() throws {
    let names = [
      "tokenizer_model": "tokenizer.ggml.model", "tokenizer_pre": "tokenizer.ggml.pre",
      "token_list": "tokenizer.ggml.tokens", "token_types": "tokenizer.ggml.token_type",
      "token_merges": "tokenizer.ggml.merges", "bos_token_id": "tokenizer.ggml.bos_token_id",
      "eos_token_id": "tokenizer.ggml.eos_token_id",
      "unk_token_id": "tokenizer.ggml.unknown_token_id",
      "pad_token_id": "tokenizer.ggml.padding_token_id",
      "add_bos_token": "tokenizer.ggml.add_bos_token", "chat_template": "tokenizer.chat_template",
    ]
    let golden = try Goldens.json("tokenizers/qwen.golden.json")
    let named = try RankTests.vocabulary(
      config: #"{"bos_token": "<|im_start|>", "add_bos_token": false, "chat_template": "T"}"#,
      modelConfig: #"{"vocab_size": 1280, "eos_token_id": 1051, "pad_token_id": 1050}"#)
    for (key, vocabulary) in [("gguf", try RankTests.vocabulary()), ("named", named)] {
      let entries = vocabulary.entries.filter { key == "gguf" || $0.value.array == nil }
      let wanted = Array(try #require(golden[key]).elements)
      #expect(
        entries.map(\.key) == wanted.map { names[$0.elements.first { _ in true }?.string ?? ""] })
      for (entry, wanted) in zip(entries, wanted) {
        let wanted = Array(wanted.elements)[1]
        if wanted.kind == .array {
          if let strings = entry.value.array?.strings {
            #expect(strings == ByteStrings(wanted.elements.compactMap(\.bytes)), "\(entry.key)")
          } else {
            #expect(entry.value.array?.ints == wanted.elements.compactMap(\.int), "\(entry.key)")
          }
        } else if let bytes = wanted.bytes {
          #expect(entry.value.bytes == bytes, "\(entry.key)")
        } else if let id = wanted.int {
          #expect(entry.value.int == id, "\(entry.key)")
        } else {
          #expect(entry.value.bool == wanted.bool as Bool?, "\(entry.key)")
        }
      }
    }
  }

  @Test func ggufRestoresTheTokenizerAndTheFile() throws {
    let metadata = RankTests.metadata(try RankTests.vocabulary())
    let tokenizer = try Tokenizer.load(gguf: metadata, file: "qwen")
    #expect(tokenizer.vocabularySize == 1280 && tokenizer.eos == 1050)
    // Other programs read the tokenizer.json, whose NFC is that of `tokenizers`.
    let json = try #require(metadata[GGUFKey.source]?.bytes)
    let made = try Tokenizer.load(huggingFace: json.bytes, file: "made", config: nil)
    try RankTests.forEachCase { text, golden in
      let ids = try tokenizer.encode(text, addSpecial: true)
      #expect(Goldens.matches(ids, golden))
      let composed = NormalizationForm.python.apply(UTF8Text.repaired(text))
      let known = NormalizationForm.nfc.apply(composed) == composed
      let others = try made.encode(composed, addSpecial: true)
      #expect(!known || Goldens.matches(others, golden))
    }
    let vocabulary = try GGUFVocabulary(gguf: metadata)
    #expect(try vocabulary.rankFile(of: .qwen) == Goldens.bytes(RankTests.file))
    #expect(vocabulary.rankText == [])
  }

  /// A file that is written otherwise comes back as it was; one of llama.cpp's comes back in order.
  @Test func fileIsKeptAsItWas() throws {
    let usual = try Goldens.bytes(RankTests.file)
    let lines = usual.split(separator: UInt8(ascii: "\n"))
    let reversed = Array(lines.reversed().joined(separator: "\r\n".utf8)) + Array("\r\n\r\n".utf8)
    let odd = try RankTests.vocabulary(ranks: reversed)
    let same = try RankTests.vocabulary()
    #expect(odd.entries.map(\.key) == same.entries.map(\.key))
    #expect(odd.merges == same.merges)
    let again = try GGUFVocabulary(gguf: RankTests.metadata(odd))
    #expect(try again.rankFile(of: .qwen) == reversed)
    let plain = try GGUFVocabulary(gguf: Metadata(odd.entries))
    #expect(try plain.rankFile(of: .qwen) == usual)
    #expect(plain.tokenizerConfig(of: .qwen)["tokenizer_class"] == "QWenTokenizer")
    // A vocabulary with a tokenizer.json of its own, or with other special tokens, is none.
    #expect(try GGUFTests.kjvVocabulary().rankFile(of: .qwen) == nil)
    let kjv = try GGUFVocabulary(gguf: try GGUFTests.kjvMetadata())
    #expect(try kjv.rankFile(of: .qwen) == nil)
  }

  @Test func contradictionIsAnError() throws {
    var metadata = RankTests.metadata(try RankTests.vocabulary())
    metadata[GGUFKey.tokens] = .array(
      .strings(ByteStrings(["a", "b"].map { ByteString($0) })))
    #expect(throws: FormatError.self) { try Tokenizer.load(gguf: metadata, file: "edited") }
  }

  /// A token's split is searched, or its bytes are merged: both find the same.
  @Test func splitsAreWhatMergingLeaves() throws {
    var random = SystemRandomNumberGenerator()
    let seed = random.next()
    var state = seed
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for _ in 0..<40 {
      // Few letters, so that tokens overlap in every way.
      var tokens = (0..<256).map { [UInt8($0)] }
      var letters = (0..<3).map { [UInt8(ascii: "a") + UInt8($0)] }
      for _ in 0..<60 {
        let token = letters[next(letters.count)] + letters[next(letters.count)]
        if token.count > 40 || tokens.contains(token) { continue }
        // Kept where the plain way can make it.
        if let ranks = try? RankFile(ByteStrings((tokens + [token]).map { ByteString($0) })),
          let spelled = try? RankTests.spelled(ranks),
          (try? RankMerges(ranks, spelled, longest: 0)) != nil
        {
          tokens.append(token)
          letters.append(token)
        } else {
          let ranks = try RankFile(ByteStrings((tokens + [token]).map { ByteString($0) }))
          #expect(throws: FormatError.self, "seed \(seed)") {
            try RankMerges(ranks, try RankTests.spelled(ranks))
          }
        }
      }
      let ranks = try RankFile(ByteStrings(tokens.map { ByteString($0) }))
      let spelled = try RankTests.spelled(ranks)
      let (fast, slow) = (
        try RankMerges(ranks, spelled), try RankMerges(ranks, spelled, longest: 0)
      )
      #expect(
        zip(fast.pairs, slow.pairs).allSatisfy { $0?.left == $1?.left && $0?.right == $1?.right },
        "seed \(seed)")
    }
  }

  private static func spelled(_ ranks: RankFile) throws -> TokenStore {
    var store = TokenStore()
    for rank in ranks.tokens.indices {
      _ = store.insert(ByteAlphabet.encode(ranks.tokens.slice(rank))[...], id: rank)
    }
    return store
  }

  private static let bytes = (0..<256).map { byte in
    var line: [UInt8] = []
    Base64.append([UInt8(byte)], to: &line)
    return String(decoding: line, as: UTF8.self) + " \(byte)\n"
  }

  @Test(arguments: [
    "", "\n\n", "IQ== 0\n", "nothing", "IQ==", "YWI= 256 1\n", "YWI= -1\n", "YWI= +256\n",
    "YWI= 2_56\n", "YWI= 1.0\n", "YWI= 257\n", "YWI= 999999999\n", "YWI= 99999999999999999999\n",
    "YWI= 0x100\n", "YWI= 255\n", "YWI 256\n", "YW*= 256\n", "YWI== 256\n", "==== 256\n",
    "Y=== 256\n", "\u{e9} 256\n", "\0\0\0\0 256\n", "YQ== 256\n", "YWJj 256\n",
    "YWI= 256\nYWI= 257\n", "YWI= 256\nYWJj 257\nYmM= 258\nYWJjZA== 260\n",
    // `<|im_end|>`, made byte by byte, is a special token already.
    "PHw= 256\nPHxp 257\nPHxpbQ== 258\nPHxpbV8= 259\nPHxpbV9l 260\nPHxpbV9lbg== 261\n"
      + "PHxpbV9lbmQ= 262\nPHxpbV9lbmR8 263\nPHxpbV9lbmR8Pg== 264\n",
  ]) func hostileFileIsRefused(_ rest: String) throws {
    let isWhole = rest.hasSuffix("\n") && rest.contains("25")
    let text = Array(((isWhole ? RankTests.bytes.joined() : "") + rest).utf8)
    let error = #expect(throws: FormatError.self, "\(rest)") {
      try Tokenizer.load(ranks: text, of: .qwen, file: "hostile.tiktoken", config: nil)
    }
    #expect(error?.file == "hostile.tiktoken")
    #expect(throws: FormatError.self) { try RankTests.vocabulary(ranks: text) }
  }

  @Test func eachByteIsNeeded() throws {
    let whole = Array(RankTests.bytes.joined().utf8)
    _ = try Tokenizer.load(ranks: whole, of: .qwen, file: "bytes", config: nil)
    // A file without its last line is cut off.
    let cut = Array(RankTests.bytes.dropLast().joined().utf8)
    let error = #expect(throws: FormatError.self) { try RankFile(text: cut) }
    #expect(error?.found?.contains("255") == true)
  }

  /// One token of a megabyte, and many that are as long as splits are tried for.
  @Test func longTokensTakeLinearTime() throws {
    let start = ContinuousClock.now
    var text = Array(RankTests.bytes.joined().utf8)
    var token = [UInt8(ascii: "a")]
    for rank in 256..<276 {
      token += token
      Base64.append(token[...], to: &text)
      text += Array(" \(rank)\n".utf8)
    }
    let model = try RankModel(try RankFile(text: text))
    #expect(model.merges.pairs.last.map { $0?.left } == 274)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test func base64() {
    for length in 0..<40 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 77 &+ length &* 31) }
      var text: [UInt8] = []
      Base64.append(bytes[...], to: &text)
      var back: [UInt8] = []
      #expect(Base64.decode(text.span, 0..<text.count, into: &back) == (length > 0))
      #expect(back == bytes)
    }
  }
}
