import Containers

/// Text to ids and back, exactly as the tokenizer's own implementation does it.
///
/// Text is normalized, added tokens are found in it, what is left is cut into pieces, and the model
/// turns every piece into ids. A tokenizer with a part that is not known here is refused when it is
/// loaded; nothing is approximated.
public struct Tokenizer: Sendable {
  /// The ids that a model gives a meaning to.
  public struct Roles: Sendable, Hashable {
    public var bos: Int?
    public var eos: Int?
    public var pad: Int?
    public var unknown: Int?
    public init() {}
  }

  let vocabulary: Vocabulary
  let normalizer: Normalizer
  let addedTokens: [AddedToken]
  /// Added tokens that are looked for in the text as it comes, and in normalized text.
  let rawTokens: AddedTokens
  let normalizedTokens: AddedTokens
  let preTokenizer: PreTokenizer
  let model: Model
  let postProcessor: PostProcessor
  let decoder: Decoder
  /// Begin and end of text, padding, unknown.
  public let roles: Roles
  /// What this tokenizer ignores in its file, or does differently from another program.
  public let notes: [String]
  private let workspaces = WorkspacePool()

  init(
    vocabulary: Vocabulary, normalizer: Normalizer, addedTokens: [AddedToken],
    preTokenizer: PreTokenizer, model: Model, postProcessor: PostProcessor, decoder: Decoder,
    roles: Roles, notes: [String]
  ) throws(FormatError) {
    self.vocabulary = vocabulary
    self.normalizer = normalizer
    self.addedTokens = addedTokens
    self.preTokenizer = preTokenizer
    self.model = model
    self.postProcessor = postProcessor
    self.decoder = decoder
    self.roles = roles
    self.notes = notes
    var (raw, normalized) = (AddedTokens(), AddedTokens())
    let matcher = try Matcher.make()
    // Special tokens go first: of two with one spelling, the first is found.
    for token in addedTokens.filter(\.isSpecial) + addedTokens.filter({ !$0.isSpecial }) {
      if token.isNormalized {
        normalized.insert(
          token, spelled: try normalizer.apply(to: token.content.bytes, matcher))
      } else {
        raw.insert(token, spelled: token.content.bytes)
      }
    }
    (rawTokens, normalizedTokens) = (raw, normalized)
  }

  /// One more than the largest id.
  public var vocabularySize: Int { vocabulary.count }
  public var bos: Int? { roles.bos }
  public var eos: Int? { roles.eos }
  public var pad: Int? { roles.pad }
  /// Whether `encode` with `addSpecial` starts with the begin-of-text token.
  public var addBOS: Bool { roles.bos.map { postProcessor.leading.contains(.id($0)) } ?? false }
  /// Whether `encode` with `addSpecial` ends with the end-of-text token.
  public var addEOS: Bool { roles.eos.map { postProcessor.trailing.contains(.id($0)) } ?? false }

  /// The token as its file spells it, such as `Ġthe`; empty for an id that has none.
  public func piece(_ id: Int) -> ByteString { ByteString(vocabulary.text(id)) }

  /// The id of a token as its file spells it.
  public func id(_ piece: ByteString) -> Int? { vocabulary.id(piece.bytes) }

  /// Whether decoding may leave the token out: a control token.
  public func isSpecial(_ id: Int) -> Bool { vocabulary.kind(id) == .control }

  /// The ids of UTF-8 text; invalid bytes count as U+FFFD. `addSpecial` adds what the tokenizer's
  /// template puts around a text. Throws where a pattern of the file runs away, and for a text of two
  /// gigabytes.
  public func encode(_ text: [UInt8], addSpecial: Bool) throws(FormatError) -> [Int] {
    guard text.count < Int(Int32.max) else {
      throw FormatError(
        .unknown, "the text is too long to be encoded at once", expected: "less than two gigabytes",
        found: "\(text.count) bytes", remedy: "Split it.")
    }
    var workspace = try workspaces.take()
    defer { workspaces.giveBack(workspace) }
    let text = UTF8Text.repaired(text)
    workspace.matcher.allow(bytes: text.count)
    var ids: [Int] = []
    ids.reserveCapacity(text.count / 4 + 8)
    for part in rawTokens.parts(of: text) {
      switch part {
      case .token(let id): ids.append(id)
      case .text(let range) where range.isEmpty: break
      case .text(let range):
        let part = NormalText(text[range], isFirst: range.lowerBound == 0)
        try encode(part, into: &ids, &workspace)
      }
    }
    return postProcessor.apply(to: ids, addSpecial: addSpecial)
  }

  private func encode(
    _ part: NormalText, into ids: inout [Int], _ workspace: inout Workspace
  ) throws(FormatError) {
    var part = part
    try normalizer.apply(&part, workspace.matcher)
    let text = part.bytes
    for found in normalizedTokens.parts(of: text) {
      switch found {
      case .token(let id): ids.append(id)
      case .text(let range):
        workspace.pieces.reset(
          to: range.count == text.count ? text : Array(text[range]),
          origin: min(max(0, part.origin - range.lowerBound), range.count))
        try preTokenizer.apply(
          to: &workspace.pieces, workspace.matcher, keepsBytes: model.readsBytes)
        try model.encode(workspace.pieces, into: &ids, &workspace.scratch)
      }
    }
  }

  /// The bytes that ids stand for. Ids that the vocabulary does not have are passed over, and with
  /// `skipSpecial` control tokens are. The bytes need not be valid UTF-8: a character may be cut.
  public func decode(_ ids: [Int], skipSpecial: Bool) -> [UInt8] {
    decoder.decode(
      ids.lazy.filter { id in
        switch vocabulary.kind(id) {
        case .unused: false
        case .control: !skipSpecial
        case .normal, .unknown, .userDefined, .byte: true
        }
      }, of: vocabulary)
  }
}
