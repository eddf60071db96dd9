import Containers

extension GGUFVocabulary {
  /// The text of a tokenizer.json with which `tokenizers` gives the ids that llama.cpp gives: the
  /// original where the file carries it, and otherwise one made from the vocabulary.
  public func tokenizerJSON() throws(FormatError) -> [UInt8] {
    if let sourceJSON { return sourceJSON }
    // What cannot be loaded must not be written.
    _ = try Tokenizer(self)
    return try madeJSON(normalizer: .null)
  }

  func madeJSON(normalizer: JSONValue) throws(FormatError) -> [UInt8] {
    let store = try tokenStore()
    var text = "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":"
    text += addedTokens.serialized()
    text += ",\"normalizer\":" + normalizer.serialized()
    text += ",\"pre_tokenizer\":" + preTokenizer.serialized()
    text += ",\"post_processor\":" + postProcessorJSON.serialized()
    text +=
      ",\"decoder\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,"
      + "\"use_regex\":false},\"model\":{\"type\":\"BPE\",\"dropout\":null,\"unk_token\":null,"
      + "\"continuing_subword_prefix\":null,\"end_of_word_suffix\":null,\"fuse_unk\":false,"
      + "\"byte_fallback\":false,\"ignore_merges\":\(row.ignoresMerges),\"vocab\":{"
    // Every token has its id from here, added tokens too: readers number those that are missing.
    var isFirst = true
    for id in 0..<store.count where !store.isHole(id) && kind(id) != .unused {
      text += (isFirst ? "" : ",") + (try quoted(store.slice(id), GGUFKey.tokens)) + ":\(id)"
      isFirst = false
    }
    text += "},\"merges\":["
    // Of two merges of one pair llama.cpp keeps the first, and `tokenizers` the last.
    var seen = Set<ByteString>()
    isFirst = true
    for merge in merges where seen.insert(merge).inserted {
      text += (isFirst ? "" : ",") + (try pair(merge.bytes))
      isFirst = false
    }
    text += "]}}"
    return Array(text.utf8)
  }

  /// A tokenizer_config.json: which tokens begin, end and pad a text, and the chat template. `kind`
  /// is the class that reads the rank file, where there is one.
  public func tokenizerConfig(of kind: TiktokenClass? = nil) -> JSONValue {
    var config: JSONValue = [
      "tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": false,
    ]
    if let kind {
      config["tokenizer_class"] = .string(kind.name)
      config["auto_map"] = ["AutoTokenizer": [.string("\(kind.module).\(kind.name)"), .null]]
    }
    for special in specialIDs where tokens.indices.contains(special.id) {
      config["\(special.role.rawValue)_token"] = .string(tokens[special.id].text)
    }
    for role in [SpecialToken.Role.bos, .eos] where addSpecial.contains(where: { $0.role == role })
    {
      config["add_\(role.rawValue)_token"] = .bool(adds(role))
    }
    if templates.contains(where: { $0.name != nil }) {
      config["chat_template"] = .array(
        templates.map {
          ["name": .string($0.name ?? "default"), "template": .string($0.text.text)]
        })
    } else if let template = templates.first {
      config["chat_template"] = .string(template.text.text)
    }
    return config
  }

  private func quoted(_ text: ArraySlice<UInt8>, _ subject: String) throws(FormatError) -> String {
    guard let text = String(validating: text, as: UTF8.self) else {
      throw FormatError(
        .unknown, "a token is not UTF-8, which JSON cannot carry", subject: subject,
        found: ByteString(text).text)
    }
    return JSONValue.string(text).serialized()
  }

  private func pair(_ merge: [UInt8]) throws(FormatError) -> String {
    guard let space = merge.dropFirst().firstIndex(of: UInt8(ascii: " ")) else { return "" }
    return "[" + (try quoted(merge[..<space], GGUFKey.merges)) + ","
      + (try quoted(merge[(space + 1)...], GGUFKey.merges)) + "]"
  }

  private var addedTokens: JSONValue {
    .array(
      tokens.indices.compactMap { id -> JSONValue? in
        let kind = kind(id)
        guard kind == .control || kind == .userDefined || kind == .unknown else { return nil }
        return [
          "id": .int(id), "content": .string(tokens[id].text), "single_word": false,
          "lstrip": false, "rstrip": false, "normalized": false,
          "special": .bool(kind != .userDefined),
        ]
      })
  }

  private var preTokenizer: JSONValue {
    let splits = (preRegexes ?? row.regexes).map { regex -> JSONValue in
      [
        "type": "Split", "pattern": ["Regex": .string(regex)], "behavior": "Isolated",
        "invert": false,
      ]
    }
    let bytes: JSONValue = [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false,
    ]
    return ["type": "Sequence", "pretokenizers": .array(splits + [bytes])]
  }

  private var postProcessorJSON: JSONValue {
    let (bos, eos) = (adds(.bos) ? roles.bos : nil, adds(.eos) ? roles.eos : nil)
    guard bos != nil || eos != nil else { return .null }
    func special(_ id: Int?) -> [JSONValue] {
      id.map { [["SpecialToken": ["id": .string(tokens[$0].text), "type_id": 0]]] } ?? []
    }
    func sequence(_ name: String) -> JSONValue {
      ["Sequence": ["id": .string(name), "type_id": 0]]
    }
    var specials: JSONValue = [:]
    for id in Set([bos, eos].compactMap { $0 }).sorted() {
      let name = tokens[id].text
      specials[name] = ["id": .string(name), "ids": [.int(id)], "tokens": [.string(name)]]
    }
    return [
      "type": "TemplateProcessing", "single": .array(special(bos) + [sequence("A")] + special(eos)),
      "pair": .array(special(bos) + [sequence("A"), sequence("B")] + special(eos)),
      "special_tokens": specials,
    ]
  }
}
