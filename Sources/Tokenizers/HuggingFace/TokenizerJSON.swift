import Containers

extension Tokenizer {
  /// Reads a `tokenizer.json`. `config` is tokenizer_config.json, which names the tokens that begin
  /// and end a text.
  public static func load(huggingFace tokenizerJSON: [UInt8], file: String, config: JSON?)
    throws(FormatError) -> Tokenizer
  {
    do throws(FormatError) {
      return try Tokenizer(TokenizerJSON(try JSON(tokenizerJSON, file: file)), config: config)
    } catch {
      throw error.inFile(file)
    }
  }

  init(_ source: TokenizerJSON, config: JSON?) throws(FormatError) {
    let preTokenizer = try PreTokenizer(source.json["pre_tokenizer"])
    let (model, tokens) = try Model.read(source.json["model"], spelled: preTokenizer.endsInBytes)
    var vocabulary = Vocabulary(tokens)
    let normalizer = try Normalizer(source.json["normalizer"])
    let (added, notes) = try source.addedTokens(to: &vocabulary)
    // The reference keeps a normalized token as it is found: that is how it is decoded.
    let matcher = try Matcher.make()
    for token in added where token.isNormalized {
      let normalized = ByteString(try normalizer.apply(to: token.content.bytes, matcher))
      if normalized != token.content { vocabulary.respell(token.id, as: normalized) }
    }
    try self.init(
      vocabulary: vocabulary, normalizer: normalizer,
      addedTokens: added, preTokenizer: preTokenizer, model: model,
      postProcessor: try PostProcessor(source.json["post_processor"], count: vocabulary.count),
      decoder: try Decoder(source.json["decoder"]),
      roles: Roles(config, vocabulary), notes: source.notes + notes)
  }
}

extension Tokenizer.Roles {
  /// The tokens that tokenizer_config.json names: a string, or an object with the string.
  init(_ config: JSON?, _ vocabulary: Vocabulary) {
    func id(_ key: String) -> Int? {
      let entry = config?.present(key)
      return (entry?.bytes ?? entry?["content"]?.bytes).flatMap { vocabulary.id($0.bytes) }
    }
    bos = id("bos_token")
    eos = id("eos_token")
    pad = id("pad_token")
    unknown = id("unk_token")
  }
}

/// A parsed `tokenizer.json`.
struct TokenizerJSON {
  let json: JSON

  init(_ json: JSON) throws(FormatError) {
    guard json.kind == .object, json["model"] != nil else {
      throw FormatError(
        .damaged, "is not a tokenizer.json", expected: "an object with a `model`",
        found: "\(json.kind)")
    }
    self.json = json
  }

  /// What the file asks for and encoding does not do.
  var notes: [String] {
    ["truncation", "padding"].filter { json.present($0) != nil }.map {
      "the file's \($0) is not applied: a text is encoded whole"
    }
  }

  /// The added tokens, entered into the vocabulary. As in the reference, a token that the
  /// vocabulary has keeps its id there, and any other takes the next free one, whatever the file
  /// says.
  func addedTokens(to vocabulary: inout Vocabulary) throws(FormatError) -> (
    [AddedToken], notes: [String]
  ) {
    guard let list = json.present("added_tokens") else { return ([], []) }
    guard list.kind == .array else { throw damaged(list, expected: "an array") }
    var tokens: [AddedToken] = []
    var moved: [String] = []
    var seen: Set<ByteString> = []
    for entry in list.elements {
      let component = Component(entry, "added_tokens")
      guard let content = entry["content"]?.bytes, let id = entry["id"]?.int, id >= 0 else {
        throw damaged(entry, expected: "an object with `id` and `content`")
      }
      guard content.count <= AddedTokens.lengthLimit else {
        throw FormatError(
          .damaged, "an added token is absurdly long", subject: "added_tokens",
          expected: "at most \(AddedTokens.lengthLimit) bytes", found: "\(content.count)")
      }
      if content.bytes.isEmpty || !seen.insert(content).inserted { continue }
      let isSpecial = try component.bool("special", default: false)
      let kind: TokenKind = isSpecial ? .control : .userDefined
      let actual = vocabulary.id(content.bytes) ?? vocabulary.count
      if actual == vocabulary.count {
        vocabulary.add(content, id: actual, kind)
      } else {
        vocabulary.set(kind, of: actual)
      }
      if actual != id { moved.append("\(content) (\(id), now \(actual))") }
      tokens.append(
        AddedToken(
          id: actual, content: content,
          isSingleWord: try component.bool("single_word", default: false),
          stripsLeft: try component.bool("lstrip", default: false),
          stripsRight: try component.bool("rstrip", default: false),
          isNormalized: try component.bool("normalized", default: !isSpecial),
          isSpecial: isSpecial))
    }
    let note =
      "added tokens have other ids than the file gives them, as in `tokenizers`: "
      + moved.prefix(5).joined(separator: ", ") + (moved.count > 5 ? ", ..." : "")
    return (tokens, moved.isEmpty ? [] : [note])
  }

  private func damaged(_ found: JSON, expected: String) -> FormatError {
    FormatError(
      .damaged, "is of the wrong type", subject: "added_tokens", expected: expected,
      found: String(JSONValue(found).serialized().prefix(200)))
  }
}
