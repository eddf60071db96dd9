import Containers

/// What a token is for; the numbers are GGUF's.
enum TokenKind: UInt8, Sendable {
  case normal = 1, unknown, control, userDefined, unused, byte
}

/// All tokens of a tokenizer, those that were added included.
struct Vocabulary: Sendable {
  private var store: TokenStore
  private var kinds: [TokenKind]
  /// Tokens that are written otherwise than they are looked up.
  private var spellings: [Int: ByteString] = [:]

  /// Every token is a normal one; ids without a token are unused.
  init(_ store: TokenStore) {
    self.store = store
    kinds = (0..<store.count).map { store.isHole($0) ? .unused : .normal }
  }

  var count: Int { kinds.count }

  func text(_ id: Int) -> ArraySlice<UInt8> { spellings[id]?.bytes[...] ?? store.slice(id) }
  func id(_ text: some Sequence<UInt8>) -> Int? { store.id(text) }
  func kind(_ id: Int) -> TokenKind { kinds.indices.contains(id) ? kinds[id] : .unused }

  mutating func set(_ kind: TokenKind, of id: Int) {
    if kinds.indices.contains(id) { kinds[id] = kind }
  }

  mutating func respell(_ id: Int, as text: ByteString) { spellings[id] = text }

  /// Adds a token that the vocabulary does not have, at a free id.
  mutating func add(_ text: ByteString, id: Int, _ kind: TokenKind) {
    guard case .inserted = store.insert(text.bytes[...], id: id) else { return }
    if id >= kinds.count {
      kinds.append(contentsOf: repeatElement(.unused, count: id + 1 - kinds.count))
    }
    kinds[id] = kind
  }

  /// Makes room for ids that the model has rows for but the tokenizer no tokens.
  mutating func pad(to count: Int) {
    guard count > kinds.count else { return }
    store.pad(to: count)
    kinds.append(contentsOf: repeatElement(.unused, count: count - kinds.count))
  }
}
