import Containers

extension Tokenizer {
  /// Reads a rank file such as `qwen.tiktoken`. `config` is tokenizer_config.json.
  public static func load(
    ranks text: [UInt8], of kind: TiktokenClass, file: String, config: JSON?
  ) throws(FormatError) -> Tokenizer {
    do throws(FormatError) {
      let ranks = try RankFile(text: text)
      return try Tokenizer(ranks, try RankMerges(ranks), kind) { kind.roles(config, $0) }
    } catch {
      throw error.inFile(file)
    }
  }

  /// `count` makes room for ids that the model has rows for, but the tokenizer no tokens.
  init(
    _ ranks: RankFile, _ merges: RankMerges, _ kind: TiktokenClass, count: Int = 0,
    roles: (Vocabulary) -> Roles
  ) throws(FormatError) {
    let tokens = try ranks.spelled()
    var vocabulary = Vocabulary(tokens)
    var added: [AddedToken] = []
    for (index, name) in kind.specials.enumerated() {
      let token = AddedToken(
        id: ranks.tokens.count + index, content: ByteString(name), isSpecial: true)
      vocabulary.add(token.content, id: token.id, .control)
      guard vocabulary.id(name.utf8) == token.id else {
        throw RankFile.repeated(name)
      }
      added.append(token)
    }
    vocabulary.pad(to: count)
    self.init(
      vocabulary: vocabulary, normalizer: kind.normalizer, addedTokens: added,
      preTokenizer: try PreTokenizer(regexes: [kind.pattern]),
      model: .bpe(
        BPE(
          vocabulary: tokens, merges: merges.table, results: merges.results, readsBytes: true)),
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

extension RankFile {
  /// The tokens in GPT-2's alphabet, as the rest of the pipeline spells them.
  fileprivate func spelled() throws(FormatError) -> TokenStore {
    var store = TokenStore(capacity: tokens.count, bytes: tokens.count * 8)
    var spelling: [UInt8] = []
    for rank in tokens.indices {
      spelling.removeAll(keepingCapacity: true)
      ByteAlphabet.append(tokens.slice(rank), to: &spelling)
      switch store.insert(spelling[...], id: rank) {
      case .inserted: break
      case .sameText, .sameID: throw RankFile.repeated(ByteString(spelling).text)
      case .full:
        throw FormatError(
          .damaged, "is too large", subject: "ranks", expected: "less than two gigabytes")
      }
    }
    return store
  }

  fileprivate static func repeated(_ token: String) -> FormatError {
    FormatError(.damaged, "a token is there twice", subject: "ranks", found: token)
  }
}
