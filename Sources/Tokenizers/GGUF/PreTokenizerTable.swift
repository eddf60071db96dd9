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

  /// Of rows that do the same the first is written, and of a row its first name. Names of one row may
  /// differ in whether llama.cpp tidies spaces when it turns ids into text, never in the ids. Patterns are in the form that the models' own
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
        "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b",
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
        "[一-鿿㐀-䶿\u{f900}-\u{faff}぀-ゟ゠-ヿ･-ﾟ⼀-\u{2fdf}\u{e00}-\u{e7f}\u{e80}-\u{eff}ក-\u{17ff}က-႟ꩠ-ꩿꧠ-\u{a9ff}가-\u{d7af}ᄀ-ᇿ]+",
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
  static func words(digits: String) -> String {
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
  /// Cased letters, as Unicode 12 had them.
  private static let lettersOfDeepSeek =
    #"A-Za-z\x{b5}\x{c0}-\x{d6}\x{d8}-\x{f6}\x{f8}-\x{1ba}\x{1bc}-\x{1bf}\x{1c4}-\x{293}"#
    + #"\x{295}-\x{2af}\x{370}-\x{373}\x{376}\x{377}\x{37b}-\x{37d}\x{37f}\x{386}"#
    + #"\x{388}-\x{38a}\x{38c}\x{38e}-\x{3a1}\x{3a3}-\x{3f5}\x{3f7}-\x{481}\x{48a}-\x{52f}"#
    + #"\x{531}-\x{556}\x{10a0}-\x{10c5}\x{13a0}-\x{13f5}\x{13f8}-\x{13fd}\x{1c90}-\x{1cba}"#
    + #"\x{1cbd}-\x{1cbf}\x{1d00}-\x{1d2b}\x{1d6b}-\x{1d77}\x{1d79}-\x{1d9a}\x{1e00}-\x{1f15}"#
    + #"\x{1f18}-\x{1f1d}\x{1f20}-\x{1f45}\x{1f48}-\x{1f4d}\x{1f50}-\x{1f57}\x{1f59}\x{1f5b}"#
    + #"\x{1f5d}\x{1f5f}-\x{1f7d}\x{1f80}-\x{1fb4}\x{1fb6}-\x{1fbc}\x{1fbe}\x{1fc2}-\x{1fc4}"#
    + #"\x{1fc6}-\x{1fcc}\x{1fd0}-\x{1fd3}\x{1fd6}-\x{1fdb}\x{1fe0}-\x{1fec}\x{1ff2}-\x{1ff4}"#
    + #"\x{1ff6}-\x{1ffc}\x{2102}\x{2107}\x{210a}-\x{2113}\x{2115}\x{2119}-\x{211d}\x{2124}"#
    + #"\x{2126}\x{2128}\x{212a}-\x{212d}\x{212f}-\x{2134}\x{2139}\x{213c}-\x{213f}"#
    + #"\x{2145}-\x{2149}\x{214e}\x{2183}\x{2184}\x{2c00}-\x{2c7b}\x{2c7e}-\x{2ce4}"#
    + #"\x{2ceb}-\x{2cee}\x{2cf2}\x{2cf3}\x{a640}-\x{a66d}\x{a680}-\x{a69b}\x{a722}-\x{a76f}"#
    + #"\x{a771}-\x{a787}\x{a78b}-\x{a78e}\x{ab70}-\x{abbf}\x{fb00}-\x{fb06}\x{fb13}-\x{fb17}"#
    + #"\x{ff21}-\x{ff3a}\x{ff41}-\x{ff5a}\x{10400}-\x{1044f}\x{104b0}-\x{104d3}"#
    + #"\x{104d8}-\x{104fb}\x{10c80}-\x{10cb2}\x{10cc0}-\x{10cf2}\x{118a0}-\x{118df}"#
    + #"\x{1e900}-\x{1e943}"#
}

extension PreTokenizer {
  /// What llama.cpp does with a list of patterns.
  init(regexes: [String]) throws(FormatError) {
    var steps: [Step] = []
    for regex in regexes { steps.append(.split(try Split(isolating: regex))) }
    self.init(steps: steps + [.byteLevel(ByteLevel())])
  }
}
