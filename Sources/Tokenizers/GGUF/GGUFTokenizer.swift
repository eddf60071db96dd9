import Containers

extension Tokenizer {
  /// Reads the vocabulary that a GGUF file carries. Where the file also carries the original
  /// tokenizer.json, or the original patterns, those decide.
  public static func load(gguf metadata: Metadata, file: String) throws(FormatError) -> Tokenizer {
    do throws(FormatError) {
      let vocabulary = try GGUFVocabulary(gguf: metadata)
      if vocabulary.rankText != nil { return try Tokenizer(ranksOf: vocabulary, .qwen) }
      if let source = vocabulary.sourceJSON {
        return try Tokenizer(source: source, of: vocabulary, file: file)
      }
      return try Tokenizer(vocabulary)
    } catch {
      throw error.inFile(file)
    }
  }

  init(_ source: GGUFVocabulary) throws(FormatError) {
    let row = source.row
    let tokens = try source.tokenStore()
    var vocabulary = Vocabulary(tokens)
    var added: [AddedToken] = []
    for id in 0..<tokens.count where !tokens.isHole(id) {
      let kind = source.kind(id)
      vocabulary.set(kind, of: id)
      switch kind {
      case .control, .userDefined, .unknown:
        let content = ByteString(tokens.slice(id))
        guard content.count <= AddedTokens.lengthLimit else {
          throw FormatError(
            .damaged, "a control token is absurdly long", subject: GGUFKey.tokens,
            expected: "at most \(AddedTokens.lengthLimit) bytes", found: "\(content.count)")
        }
        added.append(AddedToken(id: id, content: content, isSpecial: kind != .userDefined))
      case .normal, .unused, .byte: break
      }
    }
    let merges = try source.mergeTable(tokens)
    var notes = source.notes
    notes.append(
      "the file carries no normalizer: text is taken as it is, as in llama.cpp, even where the "
        + "model's tokenizer.json composes it first (NFC)")
    try self.init(
      vocabulary: vocabulary, normalizer: .identity, addedTokens: added,
      preTokenizer: try PreTokenizer(regexes: source.preRegexes ?? row.regexes),
      model: .bpe(
        BPE(
          vocabulary: tokens, merges: merges.merges, results: merges.results,
          ignoresMerges: row.ignoresMerges, readsBytes: true)),
      postProcessor: try source.postProcessor(), decoder: .byteLevelOfNormalTokens,
      roles: source.roles, notes: notes)
  }

  /// The tokenizer of the original file, with the roles and the size that the GGUF gives.
  private init(source: [UInt8], of gguf: GGUFVocabulary, file: String) throws(FormatError) {
    let original = try Tokenizer(
      TokenizerJSON(try JSON(source, file: "\(file), \(GGUFKey.source)")), config: nil)
    var vocabulary = original.vocabulary
    for id in 0..<min(vocabulary.count, gguf.tokens.count)
    where vocabulary.kind(id) == .normal
      && !vocabulary.text(id).elementsEqual(gguf.tokens.slice(id))
    {
      throw FormatError(
        .damaged, "the file's two vocabularies contradict each other", subject: "token \(id)",
        expected: "\(gguf.tokens[id]), as in \(GGUFKey.tokens)",
        found: "\(ByteString(vocabulary.text(id))), in \(GGUFKey.source)",
        remedy: "The file was put together from two models: get it from its original source.")
    }
    vocabulary.pad(to: gguf.tokens.count)
    try self.init(
      vocabulary: vocabulary, normalizer: original.normalizer, addedTokens: original.addedTokens,
      preTokenizer: original.preTokenizer, model: original.model,
      postProcessor: original.postProcessor, decoder: original.decoder, roles: gguf.roles,
      notes: original.notes)
  }
}

extension GGUFVocabulary {
  var roles: Tokenizer.Roles {
    var roles = Tokenizer.Roles()
    func id(_ role: SpecialToken.Role) -> Int? {
      specialIDs.first { $0.role == role && tokens.indices.contains($0.id) }?.id
    }
    roles.bos = id(.bos)
    roles.eos = id(.eos)
    roles.pad = id(.pad)
    roles.unknown = id(.unk)
    return roles
  }

  func kind(_ id: Int) -> TokenKind {
    // A type that is none of GGUF's is what llama.cpp calls undefined: a token like any other.
    UInt8(exactly: types[id]).flatMap(TokenKind.init(rawValue:)) ?? .normal
  }

  /// Whether a token is put before or after a text: what the file says, or llama.cpp's habit.
  func adds(_ role: SpecialToken.Role) -> Bool {
    addSpecial.first { $0.role == role }?.value ?? (role == .bos && row.addsBOS)
  }

  fileprivate func postProcessor() throws(FormatError) -> PostProcessor {
    var template: [PostProcessor.Part] = [.text]
    for (role, id) in [(SpecialToken.Role.bos, roles.bos), (.eos, roles.eos)] where adds(role) {
      guard let id else {
        // The habit of a `pre` name does not bind a vocabulary without such a token.
        if !addSpecial.contains(where: { $0.role == role }) { continue }
        throw FormatError(
          .damaged, "is true, but the file names no such token", subject: role.addKey ?? "",
          expected: role.idKey ?? "")
      }
      if role == .bos { template.insert(.id(id), at: 0) } else { template.append(.id(id)) }
    }
    return PostProcessor(template: template)
  }

  func tokenStore() throws(FormatError) -> TokenStore {
    var store = TokenStore(capacity: tokens.count)
    for id in tokens.indices {
      let text = tokens.slice(id)
      if text.isEmpty { continue }
      switch store.insert(text, id: id) {
      case .inserted, .sameID: break
      case .full:
        throw FormatError(
          .damaged, "is too large", subject: GGUFKey.tokens, expected: "less than two gigabytes")
      case .sameText(let other):
        throw FormatError(
          .damaged, "two tokens have one spelling", subject: GGUFKey.tokens,
          found: "\(tokens[id]) at \(other) and \(id)",
          remedy: "llama.cpp refuses such a file as well: convert the model again.")
      }
    }
    store.pad(to: tokens.count)
    return store
  }

  func mergeTable(_ tokens: TokenStore) throws(FormatError) -> MergeBuilder {
    var builder = MergeBuilder(tokens, keepsLast: false, count: merges.count)
    for index in merges.indices {
      let line = merges.slice(index)
      // The first part may itself start with a space.
      guard let space = line.dropFirst().firstIndex(of: UInt8(ascii: " ")) else {
        throw builder.malformed(line)
      }
      let start = line.startIndex
      try builder.append(line.span, 0..<space - start, space + 1 - start..<line.count)
    }
    return builder
  }
}
