import Containers

/// WordPiece: the longest token at every place of a word; a word that has none is unknown as a whole.
struct WordPiece: Sendable {
  private let trie: ByteTrie
  /// Where tokens begin that continue a word; nil where there are none.
  private let continued: ByteTrie.Node?
  private let unknown: Int?
  private let longestWord: Int

  init(_ tokens: TokenStore, _ component: Component) throws(FormatError) {
    unknown = tokens.id(try component.bytes("unk_token"))
    longestWord = try component.count("max_input_chars_per_word")
    var trie = ByteTrie(bytes: tokens.byteCount)
    for id in 0..<tokens.count where !tokens.isHole(id) {
      guard trie.insert(tokens.slice(id), Int32(id)) else {
        throw component.damaged("vocab", expected: "fewer tokens")
      }
    }
    continued = trie.node(try component.bytes("continuing_subword_prefix"))
    self.trie = trie
  }

  func encode(_ word: UnsafeRawBufferPointer, into ids: inout [Int]) throws(FormatError) {
    let mark = ids.count
    if word.count > longestWord, word.count(where: { $0 & 0xc0 != 0x80 }) > longestWord {
      return try appendUnknown(to: &ids)
    }
    var start = 0
    while start < word.count {
      guard var node = start == 0 ? ByteTrie.root : continued else { break }
      var best: (id: Int, end: Int)?
      var end = start
      while end < word.count, let next = trie.child(node, word[end]) {
        node = next
        end += 1
        if trie.value(node) != ByteTrie.missing { best = (Int(trie.value(node)), end) }
      }
      guard let best else { break }
      ids.append(best.id)
      start = best.end
    }
    if start < word.count {
      ids.removeLast(ids.count - mark)
      try appendUnknown(to: &ids)
    }
  }

  private func appendUnknown(to ids: inout [Int]) throws(FormatError) {
    guard let unknown else { throw Model.noUnknown("unk_token") }
    ids.append(unknown)
  }
}
