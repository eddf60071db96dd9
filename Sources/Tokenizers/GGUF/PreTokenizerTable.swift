import Containers

/// One pre-tokenizer that llama.cpp knows by name: the value of `tokenizer.ggml.pre`.
struct NamedPreTokenizer: Sendable {
  /// The name to write, then others that mean the same.
  let names: [String]
  /// Cut one after the other; matches and what lies between are pieces. Then bytes are spelled.
  let regexes: [String]
  var ignoresMerges = false
  /// What llama.cpp does where a file does not say.
  var addsBOS = false

  static func named(_ name: String) -> NamedPreTokenizer? { all.first { $0.names.contains(name) } }

  /// Names whose vocabularies are not spelled in GPT-2's alphabet.
  static let rawTextNames = ["gemma4", "granite-embed-multi-311m", "sarvam-moe", "whitespace"]

  /// Of rows that do the same the first is written. Patterns are in the form that the models' own
  /// tokenizer.json has, where llama.cpp had to rewrite them for its regex engine.
  ///
  /// Source: https://github.com/ggml-org/llama.cpp/blob/master/src/llama-vocab.cpp
  static let all: [NamedPreTokenizer] = [
    .init(
      names: [
        "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2",
        "jina-v5-nano",
      ], regexes: [words(digits: #"\p{N}{1,3}"#)], ignoresMerges: true, addsBOS: true),
    .init(
      names: [
        "qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "megrez", "stablelm2", "hunyuan",
        "solar-open", "grok-2",
      ], regexes: [words(digits: #"\p{N}"#)]),
    .init(
      names: ["qwen35"],
      regexes: [
        contraction
          + #"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
      ]),
    .init(
      names: [
        "gpt-2", "phi-2", "jina-es", "jina-de", "gigachat", "jina-v2-es", "jina-v2-de", "a.x-4.0",
        "mellum", "modern-bert", "jina-v1-en", "jina-v2-code", "roberta-bpe", "mpt", "olmo", "jais",
        "trillion", "granite-docling", "exaone4",
      ], regexes: [ByteLevel.regex]),
    .init(
      names: ["dbrx", "smaug-bpe", "glm4", "chatglm-bpe"], regexes: [words(digits: #"\p{N}{1,3}"#)]),
    .init(
      names: [
        "starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b",
        "mellum2",
      ], regexes: [#"\p{N}"#, ByteLevel.regex]),
    .init(
      names: ["gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"],
      regexes: [casedWords(contraction: contraction + "?", digits: #"\p{N}{1,3}"#)]),
    .init(
      names: ["granite-embed-multi-97m"],
      regexes: [casedWords(contraction: contraction + "?", digits: #"\p{N}{1,3}"#)],
      ignoresMerges: true),
    .init(
      names: ["tekken"], regexes: [casedWords(contraction: "", digits: #"\p{N}"#)],
      ignoresMerges: true, addsBOS: true),
    .init(
      names: ["tiny_aya", "cohere2moe"],
      regexes: [
        #"\d{1,3}(?=(?:\d{3})*\b)"#,
        casedWords(contraction: contraction + "?", digits: #"\p{N}{1,3}"#),
      ]),
    .init(
      names: ["deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4"],
      regexes: [
        #"\p{N}{1,3}"#, ideographsAndKana,
        asciiPunctuation
          + #"[A-Za-z]+|[^\#r\#n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\#r\#n]*|\s*[\#r\#n]+|\s+(?!\S)|\s+"#,
      ]),
    .init(
      names: ["spark2_5"],
      regexes: [
        #"\p{N}{1,3}"#, ideographsAndKana,
        asciiPunctuation
          + #"[A-Za-z]+|[^\#r\#n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+|[\#r\#n]|\s+(?!\S)|\s+"#,
        #"\p{N}"#,
      ]),
    .init(
      names: ["deepseek-coder"],
      regexes: [#"[\#r\#n]"#, #"\s?\p{L}+"#, #"\s?\p{P}+"#, ideographs, #"\p{N}"#]),
    .init(
      names: ["deepseek-llm"],
      regexes: [
        #"[\#r\#n]"#, #"\s?["# + lettersOfDeepSeek + "]+", #"\s?[!-/:-~！-／：-～‘-‟　-。]+"#, #"\s+$"#,
        ideographs, #"\p{N}+"#,
      ]),
    .init(
      names: ["youtu"],
      regexes: [
        "[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|[一-龥぀-ゟ゠-ヿ]+",
        casedWords(contraction: contraction + "?", digits: #"\p{N}"#),
      ], ignoresMerges: true),
    .init(
      names: ["falcon"],
      regexes: [#"[\p{P}\$\+<=>\^~\|`]+"#, ByteLevel.regex, "[0-9][0-9][0-9]"]),
    .init(names: ["poro-chat", "bloom", "gpt3-finnish"], regexes: [wordsOfBloom]),
    .init(names: ["viking"], regexes: [wordsOfBloom, #"\p{N}"#]),
    .init(
      names: ["chameleon"],
      regexes: [
        "<sentinel:[0-9]+>", "(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z", #"([\t\n]|    |  )"#,
        #"\p{N}"#, #"[\p{P}!-/:-@\[-`{-~]"#, ByteLevel.regex,
      ], addsBOS: true),
    .init(
      names: ["kimi-k2"],
      regexes: [
        #"[\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+"#
          + contraction
          + #"?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*"#
          + contraction
          + #"?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
      ]),
    .init(names: ["superbpe"], regexes: [#"\p{N}+"#, #"(?=(\d{3})+(?!\d))"#]),
    .init(
      names: ["bailingmoe", "bailingmoe2", "llada-moe"],
      regexes: [
        #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"#
      ]),
    .init(
      names: ["seed-coder"],
      regexes: [
        contraction
          + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+"#
      ]),
    .init(
      names: ["ufakzeka"],
      regexes: [
        #"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
      ]),
    .init(
      names: ["jais-2"],
      regexes: [
        contraction
          + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"#
          + #"|\s{512}(?!\S)|\s{256}(?!\S)|\s{128}(?!\S)|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)"#
          + #"|\s{8}(?!\S)|\s{4}(?!\S)|\s{1,2}(?!\S)|\s{1}"#
      ]),
    .init(
      names: ["afmoe"],
      regexes: [
        // llama.cpp has code for this one: groups of three, counted from the last digit.
        #"\p{N}{1,3}(?=(?:\p{N}{3})*(?!\p{N}))"#,
        "[一-鿿㐀-䶿豈-\u{faff}぀-ゟ゠-ヿ･-ﾟ⼀-\u{2fdf}\u{e00}-\u{e7f}\u{e80}-\u{eff}ក-\u{17ff}က-႟ꩠ-ꩿꧠ-\u{a9ff}가-\u{d7af}ᄀ-ᇿ]+",
        asciiPunctuation
          + #"[A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
      ]),
    .init(names: ["laguna"], regexes: [#"[^\n]+|[\n]+"#, words(digits: #"\p{N}"#)]),
    .init(
      names: ["exaone-moe"],
      regexes: [
        contraction
          + #"|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+"#
      ]),
    .init(
      names: ["minicpm5"], regexes: [#"\p{N}{1,3}"#, words(digits: #"\p{N}+"#)],
      ignoresMerges: true),
    .init(
      names: ["default"],
      regexes: [
        #"[\p{P}\$\+<=>\^~\|]+"#, ByteLevel.regex, #"\p{N}+"#, "[0-9][0-9][0-9]",
      ]),
  ]

  private static let contraction = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"

  /// Llama 3's and Qwen2's pattern, which differ in how many digits are one piece.
  private static func words(digits: String) -> String {
    contraction + #"|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits
      + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  /// o200k's pattern: a word ends before a capital letter.
  private static func casedWords(contraction: String, digits: String) -> String {
    #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"# + contraction
      + #"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"#
      + contraction + "|" + digits
      + #"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  private static let ideographs = "[一-龥ࠀ-一가-\u{d7ff}]+"
  private static let ideographsAndKana = "[一-龥\u{3040}-ゟ゠-ヿ]+"
  private static let asciiPunctuation = ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]"##
  private static let wordsOfBloom = #" ?[^(\s|.,!?…。，、।۔،)]+"#
  private static let lettersOfDeepSeek =
    "A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅ"
    + "ὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿ"
    + "ﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃"
}

extension PreTokenizer {
  /// What llama.cpp does with a list of patterns.
  init(regexes: [String]) throws(FormatError) {
    var steps: [Step] = []
    for regex in regexes { steps.append(.split(try Split(isolating: regex))) }
    self.init(steps: steps + [.byteLevel(ByteLevel())])
  }
}
