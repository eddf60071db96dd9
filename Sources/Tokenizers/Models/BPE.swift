import Containers

/// Byte-pair encoding: the parts of a piece are merged, always the pair that was learned first.
struct BPE: Sendable {
  /// Parts that are no token.
  struct Unknown: Sendable {
    var id: UInt32?
    /// A run of them is one token.
    var isFused = false
    /// `<0x00>`...`<0xFF>`, where the vocabulary has them and the model uses them.
    var bytes: [UInt32]?
  }

  private let merges: PairTable
  /// The id that each merge makes, by rank.
  private let results: [UInt32]
  private let unknown: Unknown
  private let prefix: [UInt8]
  private let suffix: [UInt8]
  /// A piece that is a token is that token, whatever the merges say.
  private let ignoresMerges: Bool
  /// The token that spells each byte, where pieces arrive as bytes; `missing` where none does.
  private let alphabet: [UInt32]?
  /// Tokens by what a piece looks like: by their bytes where pieces are bytes.
  private let tokens: TokenStore
  let readsBytes: Bool

  static let missing = PairTable.missing

  /// `readsBytes`: pieces are bytes, and the vocabulary spells them in GPT-2's alphabet.
  init(
    vocabulary: TokenStore, merges: PairTable, results: [UInt32], unknown: Unknown = Unknown(),
    prefix: [UInt8] = [], suffix: [UInt8] = [], ignoresMerges: Bool = false, readsBytes: Bool
  ) {
    self.merges = merges
    self.results = results
    self.unknown = unknown
    self.prefix = prefix
    self.suffix = suffix
    self.ignoresMerges = ignoresMerges
    let bytesAreParts = readsBytes && prefix.isEmpty && suffix.isEmpty
    alphabet =
      bytesAreParts
      ? ByteAlphabet.scalars.map { scalar in
        vocabulary.id(String(scalar).utf8).map { UInt32($0) } ?? BPE.missing
      } : nil
    self.readsBytes = readsBytes
    tokens = bytesAreParts && ignoresMerges ? BPE.unspelled(vocabulary) : vocabulary
  }

  private static func unspelled(_ vocabulary: TokenStore) -> TokenStore {
    var store = TokenStore(capacity: vocabulary.count)
    var bytes: [UInt8] = []
    for id in 0..<vocabulary.count where !vocabulary.isHole(id) {
      bytes.removeAll(keepingCapacity: true)
      // A token that spells no bytes is never what a piece looks like.
      if ByteAlphabet.decode(vocabulary.slice(id).span, into: &bytes), !bytes.isEmpty {
        _ = store.insert(bytes[...], id: id)
      }
    }
    return store
  }

  func encode(
    _ word: UnsafeRawBufferPointer, into ids: inout [Int], _ merger: inout BPEMerger
  ) {
    if readsBytes, alphabet == nil {
      ByteAlphabet.encode(word).withUnsafeBytes { encode(parts: $0, into: &ids, &merger) }
    } else {
      encode(parts: word, into: &ids, &merger)
    }
  }

  private func encode(
    parts word: UnsafeRawBufferPointer, into ids: inout [Int], _ merger: inout BPEMerger
  ) {
    if ignoresMerges, let id = tokens.id(word) {
      ids.append(id)
      return
    }
    merger.reset()
    appendParts(of: word, to: &merger)
    merger.merge(merges, results)
    merger.appendIDs(to: &ids)
  }

  private func appendParts(of word: UnsafeRawBufferPointer, to merger: inout BPEMerger) {
    if let alphabet {
      for byte in word {
        let id = alphabet[Int(byte)]
        if id != BPE.missing {
          flushUnknown(to: &merger)
          merger.append(id)
        } else {
          appendUnknown(String(ByteAlphabet.scalars[Int(byte)]).utf8, to: &merger)
        }
      }
    } else {
      appendCharacters(of: word, to: &merger)
    }
    flushUnknown(to: &merger)
  }

  private func appendCharacters(of word: UnsafeRawBufferPointer, to merger: inout BPEMerger) {
    var start = 0
    var part: [UInt8] = []
    while start < word.count {
      var end = start + 1
      while end < word.count, word[end] & 0xc0 == 0x80 { end += 1 }
      part.removeAll(keepingCapacity: true)
      if start > 0 { part += prefix }
      part += word[start..<end]
      if end == word.count { part += suffix }
      if let id = tokens.id(part) {
        flushUnknown(to: &merger)
        merger.append(UInt32(id))
      } else {
        appendUnknown(part, to: &merger)
      }
      start = end
    }
  }

  /// The reference holds an unknown part back until the next known one, but does not when bytes
  /// stand in for a part: the order of ids depends on it.
  private func appendUnknown(_ part: some Sequence<UInt8>, to merger: inout BPEMerger) {
    if let bytes = unknown.bytes {
      let ids = part.map { bytes[Int($0)] }
      if !ids.contains(BPE.missing) {
        for id in ids { merger.append(id) }
        return
      }
    }
    guard let id = unknown.id else { return }
    if merger.hasPendingUnknown, !unknown.isFused { merger.append(id) }
    merger.hasPendingUnknown = true
  }

  private func flushUnknown(to merger: inout BPEMerger) {
    if merger.hasPendingUnknown, let id = unknown.id { merger.append(id) }
    merger.hasPendingUnknown = false
  }
}
