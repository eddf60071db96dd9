import Containers

extension Tokenizer {
  /// Reads a rank file such as `qwen.tiktoken`. `config` is tokenizer_config.json.
  public static func load(
    ranks text: [UInt8], of kind: TiktokenClass, file: String, config: JSON?
  ) throws(FormatError) -> Tokenizer {
    do throws(FormatError) {
      let model = try RankModel(try RankFile(text: text))
      return try Tokenizer(model, kind) { kind.roles(config, $0) }
    } catch {
      throw error.inFile(file)
    }
  }

  /// `count` makes room for ids that the model has rows for, but the tokenizer no tokens.
  init(
    _ model: RankModel, _ kind: TiktokenClass, count: Int = 0, roles: (Vocabulary) -> Roles
  ) throws(FormatError) {
    var vocabulary = Vocabulary(model.tokens)
    var added: [AddedToken] = []
    for (index, name) in kind.specials.enumerated() {
      let token = AddedToken(
        id: model.tokens.count + index, content: ByteString(name), isSpecial: true)
      vocabulary.add(token.content, id: token.id, .control)
      guard vocabulary.id(name.utf8) == token.id else {
        throw FormatError(
          .damaged, "a special token is a token already", subject: "ranks", found: name)
      }
      added.append(token)
    }
    vocabulary.pad(to: count)
    try self.init(
      vocabulary: vocabulary, normalizer: kind.normalizer, addedTokens: added,
      preTokenizer: try PreTokenizer(regexes: [kind.pattern]),
      model: .bpe(
        BPE(
          vocabulary: model.tokens, merges: model.merges.table, results: model.merges.results,
          readsBytes: true)),
      postProcessor: .identity, decoder: .byteLevelOfNormalTokens, roles: roles(vocabulary),
      notes: [])
  }
}

extension TiktokenClass {
  /// The class names no tokens; llama.cpp's converter gives all roles to one.
  func roles(_ config: JSON?, _ vocabulary: Vocabulary) -> Tokenizer.Roles {
    var roles = Tokenizer.Roles(config, vocabulary)
    let end = vocabulary.id(specials[endOfText].utf8)
    roles.bos = roles.bos ?? end
    roles.eos = roles.eos ?? end
    roles.unknown = roles.unknown ?? end
    return roles
  }
}
