import Containers

/// A token with a meaning: which, and its id.
struct SpecialToken: Sendable, Equatable {
  /// The meanings that GGUF has keys for, in the order in which converters look for them. `cls` has
  /// no key, but can stand in for `bos`.
  enum Role: String, Sendable, CaseIterable {
    case bos, eos, unk, sep, pad, cls, mask, eot, eom

    /// Those that are looked for in every model; the last two only where a template needs them.
    static let usual: [Role] = [.bos, .eos, .unk, .sep, .pad, .cls, .mask]

    var idKey: String? {
      switch self {
      case .bos: "tokenizer.ggml.bos_token_id"
      case .eos: "tokenizer.ggml.eos_token_id"
      case .unk: "tokenizer.ggml.unknown_token_id"
      // The key is spelled so.
      case .sep: "tokenizer.ggml.seperator_token_id"
      case .pad: "tokenizer.ggml.padding_token_id"
      case .cls: nil
      case .mask: "tokenizer.ggml.mask_token_id"
      case .eot: "tokenizer.ggml.eot_token_id"
      case .eom: "tokenizer.ggml.eom_token_id"
      }
    }
    var addKey: String? {
      switch self {
      case .bos, .eos, .sep: "tokenizer.ggml.add_\(rawValue)_token"
      case .unk, .pad, .cls, .mask, .eot, .eom: nil
      }
    }
  }
  var role: Role
  var id: Int
}

/// Whether a token is put around a text.
struct AddSpecial: Sendable, Equatable {
  var role: SpecialToken.Role
  var value: Bool
}

/// Finds the special tokens of a model by gguf-py's rules, because the order of the keys follows
/// from them: first the roles that tokenizer_config.json names and `added_tokens` lists, then those
/// that config.json gives ids for. The first id of a role stays.
///
/// Source: https://github.com/ggml-org/llama.cpp/blob/master/gguf-py/gguf/vocab.py
struct SpecialTokenFinder {
  private(set) var ids: [SpecialToken] = []
  private(set) var add: [AddSpecial] = []
  private var roles = SpecialToken.Role.usual
  /// The token of each role by tokenizer_config.json, and as the template corrects it.
  private var names: [SpecialToken.Role: ByteString] = [:]
  private let hasConfig: Bool

  init(_ tokenizer: JSON, config: JSON?, modelConfig: JSON?, count: Int) {
    // An empty configuration counts as none.
    let config = config.flatMap { $0.count > 0 ? $0 : nil }
    hasConfig = config != nil
    for role in SpecialToken.Role.allCases {
      let entry = config?.present("\(role.rawValue)_token")
      names[role] = entry?.bytes ?? entry?["content"]?.bytes
    }
    if names[.bos] == nil { names[.bos] = names[.cls] }
    if names[.eos] == nil { names[.eos] = names[.sep] }
    if let processor = tokenizer.present("post_processor") {
      for part in processor["processors"].map({ Array($0.elements) }) ?? [processor] {
        switch part["type"]?.string {
        case "ByteLevel":
          for role in [SpecialToken.Role.bos, .eos] where !add.contains(where: { $0.role == role })
          {
            set(role, adds: false)
          }
        case "TemplateProcessing": readTemplate(part)
        default: break
        }
      }
    }
    if let config { readConfig(config, tokenizer.present("added_tokens"), count) }
    for role in roles {
      let key = "\(role.rawValue)_token_id"
      let id = modelConfig?.present(key)?.int ?? modelConfig?["text_config"]?.present(key)?.int
      if let id { set(role, id, count) }
    }
  }

  private mutating func set(_ role: SpecialToken.Role, _ id: Int, _ count: Int) {
    guard (0..<count).contains(id), !ids.contains(where: { $0.role == role }) else { return }
    ids.append(SpecialToken(role: role, id: id))
  }

  private mutating func set(_ role: SpecialToken.Role, adds value: Bool) {
    if let index = add.firstIndex(where: { $0.role == role }) {
      add[index].value = value
    } else {
      add.append(AddSpecial(role: role, value: value))
    }
  }

  private mutating func readConfig(_ config: JSON, _ added: JSON?, _ count: Int) {
    for role in roles {
      // What the post-processor does comes before what the config says of it.
      if let value = config["add_\(role.rawValue)_token"]?.bool,
        !add.contains(where: { $0.role == role })
      {
        set(role, adds: value)
      }
      guard let name = names[role],
        let entry = added?.elements.first(where: { $0["content"]?.bytes == name }),
        let id = entry["id"]?.int
      else { continue }
      set(role, id, count)
    }
  }

  /// What stands first and last in the template is what begins and ends a text.
  private mutating func readTemplate(_ part: JSON) {
    func special(_ part: JSON?) -> ByteString? { part?["SpecialToken"]?["id"]?.bytes }
    let single = part["single"].map { Array($0.elements) } ?? []
    var (first, last): (ByteString?, ByteString?) = (nil, nil)
    if single.count > 1 {
      first = special(single.first)
      if let first {
        if !hasConfig {
          names[.bos] = first
        } else if first != names[.bos], first != names[.cls] {
          if names[.bos] == nil { names[.bos] = first }
          if names[.cls] == nil { names[.cls] = first }
        }
        set(.bos, adds: first == names[.bos] || first == names[.cls])
      }
      last = special(single.last)
      if let last {
        if hasConfig, last != names[.eos] {
          // The configured end of text is then the end of a turn.
          if let role = [SpecialToken.Role.eot, .eom].first(where: { !roles.contains($0) }) {
            roles.append(role)
            names[role] = names[.eos]
          }
        }
        names[.eos] = last
        set(.eos, adds: true)
      }
    }
    readPair(part["pair"].map { Array($0.elements) } ?? [], first: first, last: last, special)
  }

  private mutating func readPair(
    _ pair: [JSON], first: ByteString?, last: ByteString?, _ special: (JSON?) -> ByteString?
  ) {
    var pair = pair[...]
    if let first, special(pair.first) == first { pair = pair.dropFirst() }
    if let last, special(pair.last) == last { pair = pair.dropLast() }
    guard pair.first?["Sequence"]?["id"]?.string == "A",
      pair.last?["Sequence"]?["id"]?.string == "B"
    else { return }
    let between = pair.dropFirst().dropLast()
    guard !between.isEmpty else { return }
    let separators = [names[.sep], names[.eos]].compactMap { $0 }
    var adds = false
    if let token = special(between.first), separators.contains(token), last == nil { adds = true }
    if between.count == 2, let token = special(between.last), separators.contains(token) {
      adds = true
    }
    set(.sep, adds: adds)
    if adds, names[.sep] == nil { names[.sep] = names[.eos] }
  }
}
