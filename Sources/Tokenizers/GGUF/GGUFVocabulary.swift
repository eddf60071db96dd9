import Containers

/// Metadata keys of a vocabulary.
enum GGUFKey {
  static let model = "tokenizer.ggml.model"
  static let pre = "tokenizer.ggml.pre"
  static let tokens = "tokenizer.ggml.tokens"
  static let types = "tokenizer.ggml.token_type"
  static let merges = "tokenizer.ggml.merges"
  static let template = "tokenizer.chat_template"
  static let templates = "tokenizer.chat_templates"
  /// The text of the original tokenizer.json: a key of GGUF.
  static let source = "tokenizer.huggingface.json"
  /// Says that the vocabulary comes from a rank file: its text, or nothing where the vocabulary spells
  /// it already. A key of ours.
  static let ranks = "assay.source.qwen_tiktoken"
  /// The original patterns, where no value of `pre` means them: a key of ours.
  static let regexes = "assay.tokenizer.pre_regex"
}

/// A byte-level BPE vocabulary as a GGUF file carries it, between a tokenizer.json and metadata.
public struct GGUFVocabulary: Sendable {
  /// `tokenizer.ggml.pre`: the name of what the pre-tokenizer does.
  public internal(set) var pre: String
  public internal(set) var tokens: ByteStrings
  /// GGUF's token types: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte.
  public internal(set) var types: [Int32]
  /// Two tokens with a space between, the first learned first.
  public internal(set) var merges: ByteStrings
  var specialIDs: [SpecialToken] = []
  var addSpecial: [AddSpecial] = []
  /// The chat templates: the one without a name is the default.
  var templates: [ChatTemplate] = []
  /// False where `pre` is only the closest name; then a reader needs `preRegexes` or the source.
  public internal(set) var isExact = true
  /// The original patterns, where patterns say it all.
  public internal(set) var preRegexes: [String]?
  /// The text of the original tokenizer.json.
  public internal(set) var sourceJSON: [UInt8]?
  /// The rank file that the vocabulary comes from: empty where it is what `rankFile` makes; nil
  /// where there is none.
  var rankText: [UInt8]?
  /// What was read of tokenizer.json, for who needs both; nil for a vocabulary from a GGUF.
  public internal(set) var tokenizer: Tokenizer?
  /// What the metadata cannot say, or says only nearly.
  public internal(set) var notes: [String] = []

  var row: NamedPreTokenizer

  /// The entries that llama.cpp's converter writes, in its order.
  public var entries: [Metadata.Entry] {
    var entries: [Metadata.Entry] = [
      (GGUFKey.model, .text("gpt2")), (GGUFKey.pre, .text(pre)),
      (GGUFKey.tokens, .array(.strings(tokens))), (GGUFKey.types, .array(.int32(types))),
    ]
    if !merges.isEmpty { entries.append((GGUFKey.merges, .array(.strings(merges)))) }
    for special in specialIDs {
      if let key = special.role.idKey, let id = UInt32(exactly: special.id) {
        entries.append((key, .uint32(id)))
      }
    }
    for add in addSpecial {
      if let key = add.role.addKey { entries.append((key, .bool(add.value))) }
    }
    return entries + templateEntries
  }

  private var templateEntries: [Metadata.Entry] {
    let named = templates.compactMap { template in template.name.map { ($0, template.text) } }
    var entries: [Metadata.Entry] = named.map { ("\(GGUFKey.template).\($0)", .string($1)) }
    if !named.isEmpty {
      entries.append(
        (GGUFKey.templates, .array(.strings(ByteStrings(named.map { ByteString($0.0) })))))
    }
    if let main = templates.first(where: { $0.name == nil }) {
      entries.append((GGUFKey.template, .string(main.text)))
    }
    return entries
  }

  /// The original patterns for our own reader; nil where patterns do not say it all.
  public var regexEntry: Metadata.Entry? {
    preRegexes.map {
      (GGUFKey.regexes, .array(.strings(ByteStrings($0.map { ByteString($0) }))))
    }
  }

  /// The key under which a GGUF carries its original tokenizer.json.
  public static let sourceKey = GGUFKey.source

  /// The key that is there where the original is a rank file; then the other one holds a
  /// tokenizer.json that was made for other programs.
  public static let rankKey = GGUFKey.ranks

  /// The original tokenizer.json, from which any program can do exactly what the model was trained
  /// with, and what the rank file needs.
  public var sourceEntries: [Metadata.Entry] {
    [(GGUFKey.source, sourceJSON), (GGUFKey.ranks, rankText)].compactMap { key, text in
      text.map { (key, .string(ByteString($0))) }
    }
  }
}

/// A chat template; the default one has no name.
struct ChatTemplate: Sendable, Equatable {
  var name: String?
  var text: ByteString
}

extension GGUFVocabulary {
  /// Reads the vocabulary of a GGUF file's metadata.
  public init(gguf metadata: Metadata) throws(FormatError) {
    let model = metadata[GGUFKey.model]?.string
    guard model == "gpt2" else {
      throw FormatError(
        model == nil ? .missing : .unknown,
        model == nil ? "the file has no tokenizer" : "a tokenizer model that is not supported",
        subject: GGUFKey.model, expected: "gpt2", found: model)
    }
    guard let tokens = metadata[GGUFKey.tokens]?.array?.strings, !tokens.isEmpty else {
      throw FormatError(
        .damaged, "is missing or no array of strings", subject: GGUFKey.tokens,
        remedy: "The file has no vocabulary: convert the model again.")
    }
    guard let merges = metadata[GGUFKey.merges]?.array?.strings else {
      throw FormatError(.damaged, "is missing or no array of strings", subject: GGUFKey.merges)
    }
    self.tokens = tokens
    self.merges = merges
    types = [Int32](repeating: 1, count: tokens.count)
    if let value = metadata[GGUFKey.types] {
      guard let numbers = value.array?.ints, numbers.count >= tokens.count else {
        throw FormatError(
          .damaged, "is no array of integers, or shorter than the vocabulary",
          subject: GGUFKey.types, expected: "\(tokens.count) integers")
      }
      types = numbers.prefix(tokens.count).map { Int32(truncatingIfNeeded: $0) }
    }
    (pre, row, notes) = try GGUFVocabulary.preTokenizer(metadata)
    for role in SpecialToken.Role.allCases {
      if let key = role.idKey, let id = metadata[key]?.int {
        if tokens.indices.contains(id) {
          specialIDs.append(SpecialToken(role: role, id: id))
        } else {
          notes.append("\(key) is \(id), which is no token: it is ignored, as in llama.cpp")
        }
      }
      if let key = role.addKey, let value = metadata[key]?.bool {
        addSpecial.append(AddSpecial(role: role, value: value))
      }
    }
    if let text = metadata[GGUFKey.template]?.bytes {
      templates.append(ChatTemplate(name: nil, text: text))
    }
    for name in metadata[GGUFKey.templates]?.array?.strings ?? ByteStrings() {
      if let text = metadata["\(GGUFKey.template).\(name.text)"]?.bytes {
        templates.append(ChatTemplate(name: name.text, text: text))
      }
    }
    sourceJSON = metadata[GGUFKey.source]?.bytes?.bytes
    rankText = metadata[GGUFKey.ranks]?.bytes?.bytes
    if let regexes = metadata[GGUFKey.regexes]?.array?.strings {
      var texts: [String] = []
      for regex in regexes {
        guard let text = regex.validText else {
          throw FormatError(.damaged, "is not UTF-8", subject: GGUFKey.regexes)
        }
        texts.append(text)
      }
      preRegexes = texts
    }
  }

  private static func preTokenizer(_ metadata: Metadata) throws(FormatError) -> (
    String, NamedPreTokenizer, notes: [String]
  ) {
    let name = metadata[GGUFKey.pre]?.string
    guard let row = NamedPreTokenizer.named(name ?? "default") else {
      let isRawText = NamedPreTokenizer.rawTextNames.contains(name ?? "")
      throw FormatError(
        .unknown,
        isRawText
          ? "a vocabulary that is not spelled in bytes is not supported"
          : "the pre-tokenizer is none that llama.cpp has a name for",
        subject: GGUFKey.pre, found: name,
        remedy: "Take the model's tokenizer.json, where it has one.")
    }
    let note = "the file names no pre-tokenizer: llama.cpp's default is used, and may be wrong"
    return (name ?? "default", row, name == nil ? [note] : [])
  }
}
