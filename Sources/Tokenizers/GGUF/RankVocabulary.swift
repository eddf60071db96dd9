import Containers

extension GGUFVocabulary {
  /// Builds the vocabulary that llama.cpp's converter would write for a rank file.
  ///
  /// - Parameters:
  ///   - config: tokenizer_config.json, where there is one.
  ///   - modelConfig: config.json, for the ids of special tokens and the size of the vocabulary.
  ///   - chatTemplate: the text of chat_template.jinja; one in `config` comes first.
  public init(
    ranks text: [UInt8], of kind: TiktokenClass, file: String, config: JSON?, modelConfig: JSON?,
    chatTemplate: ByteString? = nil
  ) throws(FormatError) {
    do throws(FormatError) {
      let model = try RankModel(try RankFile(text: text))
      let tokenizer = try Tokenizer(model, kind) { kind.roles(config, $0) }
      let choice = try PreTokenizerChoice(tokenizer.preTokenizer, ignoresMerges: false)
      let count = try GGUFVocabulary.size(tokenizer, modelConfig)
      self.tokenizer = tokenizer
      (row, pre, isExact) = (choice.row, choice.name, choice.isExact)
      preRegexes = tokenizer.preTokenizer.isolatedRegexes
      notes = [choice.note].compactMap { $0 }
      if !tokenizer.normalizer.isIdentity { notes.append(GGUFVocabulary.normalizerNote) }
      (tokens, types) = GGUFVocabulary.tokens(of: tokenizer, count: count)
      merges = model.spelledMerges
      // There is no tokenizer.json whose added tokens a configuration could name.
      let special = SpecialTokenFinder(
        try JSON(Array("{}".utf8), file: file), config: config, modelConfig: modelConfig,
        count: count)
      (specialIDs, addSpecial) = (special.ids, special.add)
      let end = model.tokens.count + kind.endOfText
      let missing: [SpecialToken.Role] = specialIDs.isEmpty ? [.bos, .eos, .unk] : [.unk]
      for role in missing where !specialIDs.contains(where: { $0.role == role }) {
        specialIDs.append(SpecialToken(role: role, id: end))
      }
      templates = GGUFVocabulary.templates(config, chatTemplate)
      sourceJSON = try madeJSON(normalizer: ["type": "NFC"])
      rankText = model.ranks.text == text ? [] : text
    } catch {
      throw error.inFile(file)
    }
  }

  /// The text of the rank file that the vocabulary comes from, byte for byte; one that is made from
  /// the vocabulary where it can only come from a rank file of this class; else nil.
  public func rankFile(of kind: TiktokenClass) throws(FormatError) -> [UInt8]? {
    guard rankText != nil || sourceJSON == nil, let ranks = ranks(of: kind) else { return nil }
    // Other merges than the ranks imply would be lost.
    guard try RankModel(ranks).spelledMerges == merges else { return nil }
    if let rankText, !rankText.isEmpty, (try? RankFile(text: rankText)) == ranks {
      return rankText
    }
    return ranks.text
  }

  /// The ranks, where all normal tokens come first, then the special tokens of `kind` and no other.
  fileprivate func ranks(of kind: TiktokenClass) -> RankFile? {
    let count = tokens.indices.first { self.kind($0) != .normal } ?? tokens.count
    let end = count + kind.specials.count
    guard end <= tokens.count, merges.count == count - 256,
      zip(count..<end, kind.specials).allSatisfy({
        self.kind($0) == .control && tokens.slice($0).elementsEqual($1.utf8)
      }), (end..<tokens.count).allSatisfy({ self.kind($0) == .unused })
    else { return nil }
    var ranks = ByteStrings()
    var bytes: [UInt8] = []
    for rank in 0..<count {
      bytes.removeAll(keepingCapacity: true)
      guard ByteAlphabet.decode(tokens.slice(rank).span, into: &bytes), !bytes.isEmpty else {
        return nil
      }
      ranks.append(bytes[...])
    }
    return try? RankFile(ranks)
  }
}

extension Tokenizer {
  /// The tokenizer of the rank file that a GGUF comes from, with the roles that the GGUF gives.
  init(ranksOf gguf: GGUFVocabulary, _ kind: TiktokenClass) throws(FormatError) {
    guard let ranks = gguf.ranks(of: kind) else {
      throw FormatError(
        .damaged, "the vocabulary is not that of a rank file, as the file says it is",
        subject: GGUFKey.ranks, expected: "the tokens of \(kind.name)",
        remedy: "The file was put together from two models: get it from its original source.")
    }
    try self.init(RankModel(ranks), kind, count: gguf.tokens.count) { _ in gguf.roles }
  }
}

extension RankModel {
  /// Every merge as GGUF writes it: two tokens, a space between.
  var spelledMerges: ByteStrings {
    var result = ByteStrings()
    result.reserve(count: tokens.count, bytes: tokens.count * 10)
    for case let pair? in merges.pairs {
      let line =
        tokens.slice(Int(pair.left)) + [UInt8(ascii: " ")] + tokens.slice(Int(pair.right))
      result.append(line)
    }
    return result
  }
}
