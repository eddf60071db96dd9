import Containers

extension GGUFVocabulary {
  /// Builds the vocabulary that llama.cpp's converter would write.
  ///
  /// - Parameters:
  ///   - config: tokenizer_config.json, where there is one.
  ///   - modelConfig: config.json, for the ids of special tokens and the size of the vocabulary.
  ///   - chatTemplate: the text of chat_template.jinja; one in `config` comes first.
  public init(
    huggingFace tokenizerJSON: [UInt8], file: String, config: JSON?, modelConfig: JSON?,
    chatTemplate: ByteString? = nil
  ) throws(FormatError) {
    do throws(FormatError) {
      let source = try TokenizerJSON(try JSON(tokenizerJSON, file: file))
      let tokenizer = try Tokenizer(source, config: config)
      self.tokenizer = tokenizer
      let component = Component(source.json["model"], "model")
      try GGUFVocabulary.checkRepresentable(tokenizer, component)

      let choice = try PreTokenizerChoice(
        tokenizer.preTokenizer,
        ignoresMerges: try component.bool("ignore_merges", default: false))
      row = choice.row
      pre = choice.name
      isExact = choice.isExact
      preRegexes = tokenizer.preTokenizer.isolatedRegexes
      notes = tokenizer.notes + [choice.note].compactMap { $0 }
      if !tokenizer.normalizer.isIdentity {
        try GGUFVocabulary.checkRepresentable(tokenizer.normalizer)
        notes.append(GGUFVocabulary.normalizerNote)
      }

      let count = try GGUFVocabulary.size(tokenizer, modelConfig)
      (tokens, types) = GGUFVocabulary.tokens(of: tokenizer, count: count)
      merges = GGUFVocabulary.merges(component.json?["merges"])
      let special = SpecialTokenFinder(
        source.json, config: config, modelConfig: modelConfig, count: count)
      specialIDs = special.ids
      addSpecial = special.add
      sourceJSON = tokenizerJSON
      if row.addsBOS, !addSpecial.contains(where: { $0.role == .bos }) {
        // llama.cpp adds one after this `pre` where the file is silent; the tokenizer does not.
        addSpecial.append(AddSpecial(role: .bos, value: false))
        notes.append("add_bos_token is written because `\(pre)` would imply it")
      }
      templates = GGUFVocabulary.templates(config, chatTemplate)
    } catch {
      throw error.inFile(file)
    }
  }

  static let normalizerNote =
    "GGUF carries no normalizer: llama.cpp does not compose text (NFC) first"

  /// What composes text can be left out with a note: most text is composed. Anything else would
  /// change every other text.
  private static func checkRepresentable(_ normalizer: Normalizer) throws(FormatError) {
    for step in normalizer.steps {
      guard case .form(let form) = step, form.composes, form.kind == .canonical else {
        throw FormatError(
          .unknown, "GGUF carries no normalizer, and this one does more than compose",
          subject: "normalizer", expected: "none, or NFC")
      }
    }
  }

  /// GGUF's `gpt2` is byte-level BPE and nothing else.
  private static func checkRepresentable(_ tokenizer: Tokenizer, _ model: Component)
    throws(FormatError)
  {
    guard case .bpe = tokenizer.model else { throw model.unknown(model.type ?? "none") }
    let spellsBytes = tokenizer.preTokenizer.steps.contains { step in
      if case .byteLevel = step { true } else { false }
    }
    guard spellsBytes else {
      throw FormatError(
        .unknown, "GGUF carries only byte-level BPE, and this tokenizer is none",
        subject: "pre_tokenizer", expected: "ByteLevel")
    }
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let value = try model.string(key), !value.bytes.isEmpty {
        throw model.unsupported(key, model.json?[key])
      }
    }
  }

  /// The model's number of rows, which may be more than the tokenizer has tokens.
  static func size(_ tokenizer: Tokenizer, _ config: JSON?) throws(FormatError) -> Int {
    guard
      let value = config?.present("vocab_size")
        ?? config?["text_config"]?.present("vocab_size")
    else { return tokenizer.vocabularySize }
    let least = tokenizer.vocabularySize
    // A size that no real model has would only fill memory.
    guard let size = value.int, size >= least, size <= least * 4 + 65_536 else {
      throw FormatError(
        .damaged, "the model's vocab_size does not fit the tokenizer", subject: "vocab_size",
        expected: "at least \(least)", found: value.numberText ?? "\(value.kind)",
        remedy: "Check that config.json and tokenizer.json belong to one model.")
    }
    return size
  }

  static func tokens(of tokenizer: Tokenizer, count: Int) -> (ByteStrings, [Int32]) {
    var tokens = ByteStrings()
    tokens.reserve(count: count, bytes: count * 8)
    var types: [Int32] = []
    types.reserveCapacity(count)
    let added = Dictionary(
      tokenizer.addedTokens.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for id in 0..<count {
      var kind = tokenizer.vocabulary.kind(id)
      if kind == .unused {
        tokens.append(Array("[PAD\(id)]".utf8)[...])
      } else if let token = added[id] {
        // A token that is matched in raw text is written as it decodes.
        let text =
          token.isNormalized ? token.content.bytes : tokenizer.decode([id], skipSpecial: false)
        kind = token.isSpecial || looksSpecial(text) ? .control : .userDefined
        tokens.append((kind == .control ? text : withSpaces(text))[...])
      } else {
        tokens.append(tokenizer.vocabulary.text(id))
      }
      types.append(Int32(kind.rawValue))
    }
    return (tokens, types)
  }

  /// Tokens that some models forgot to mark.
  private static func looksSpecial(_ text: [UInt8]) -> Bool {
    func isBetween(_ start: String, _ end: String) -> Bool {
      text.starts(with: start.utf8) && text.reversed().starts(with: end.utf8.reversed())
    }
    return ["<pad>", "<mask>", "<2mass>", "[@BOS@]"].contains { text.elementsEqual($0.utf8) }
      || isBetween("<|", "|>") || isBetween("<｜", "｜>") || isBetween("<unused", ">")
  }

  /// SentencePiece's mark for a space, as a space.
  private static func withSpaces(_ text: [UInt8]) -> [UInt8] {
    String(decoding: text, as: UTF8.self).unicodeScalars.reduce(into: []) { result, scalar in
      UTF8Text.append(scalar == "\u{2581}" ? " " : scalar, to: &result)
    }
  }

  private static func merges(_ list: JSON?) -> ByteStrings {
    var merges = ByteStrings()
    guard let list else { return merges }
    merges.reserve(count: list.count, bytes: list.count * 12)
    for entry in list.elements {
      if let line = entry.bytes {
        if !line.bytes.starts(with: "#version".utf8) { merges.append(line.bytes[...]) }
      } else {
        // A space inside a part would be read as the one between: it is spelled.
        let parts = entry.elements.compactMap(\.bytes?.bytes).map { part in
          part.contains(UInt8(ascii: " "))
            ? part.flatMap { $0 == UInt8(ascii: " ") ? Array("\u{120}".utf8) : [$0] } : part
        }
        merges.append(Array(parts.joined(separator: [UInt8(ascii: " ")]))[...])
      }
    }
    return merges
  }

  static func templates(_ config: JSON?, _ text: ByteString?) -> [ChatTemplate] {
    guard let entry = config?.present("chat_template") else {
      return text.map { [ChatTemplate(name: nil, text: $0)] } ?? []
    }
    if let text = entry.bytes { return [ChatTemplate(name: nil, text: text)] }
    return entry.elements.compactMap { choice in
      guard let name = choice["name"]?.string, let text = choice["template"]?.bytes else {
        return nil
      }
      let key = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
      return ChatTemplate(name: key == "default" ? nil : key, text: text)
    }
  }
}
