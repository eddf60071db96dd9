import Containers

/// SentencePiece's unigram model: of all ways to cut a piece into tokens, the one whose scores add up
/// to the most.
///
/// Source: https://github.com/huggingface/tokenizers, models/unigram/model.rs
struct Unigram: Sendable {
  private let tokens: TokenStore
  private let trie: ByteTrie
  private let scores: [Double]
  private let unknown: Int32?
  private let unknownScore: Double
  /// `<0x00>`...`<0xFF>`, where a part that is no token is spelled in bytes.
  private let bytes: [UInt32]?

  /// Steps at one place of a text; no real token is near it.
  static let lengthLimit = 1024
  /// How much worse an unknown character is than the worst token.
  private static let penalty = 10.0

  init(
    tokens: TokenStore, scores: [Double], unknown: Int32?, bytes: [UInt32]?, component: Component
  ) throws(FormatError) {
    self.tokens = tokens
    self.scores = scores
    self.unknown = unknown
    self.bytes = bytes
    unknownScore = (scores.min() ?? .infinity) - Unigram.penalty
    var trie = ByteTrie(bytes: tokens.byteCount)
    for id in 0..<tokens.count {
      let text = tokens.slice(id)
      guard text.count <= Unigram.lengthLimit, trie.insert(text, Int32(id)) else {
        throw component.damaged(
          "vocab", expected: "tokens of at most \(Unigram.lengthLimit) bytes",
          found: "\(text.count)")
      }
    }
    self.trie = trie
  }

  /// The best way to reach each place of a piece.
  struct Lattice {
    fileprivate var scores: [Double] = []
    fileprivate var starts: [Int32] = []
    fileprivate var ids: [Int32] = []
    fileprivate var path: [Range<Int>] = []

    fileprivate static let unreached = Int32(-1)

    fileprivate mutating func reset(_ count: Int) {
      if scores.count < count {
        scores = [Double](repeating: 0, count: count)
        starts = [Int32](repeating: Lattice.unreached, count: count)
        ids = [Int32](repeating: 0, count: count)
      } else {
        for place in 0..<count { starts[place] = Lattice.unreached }
      }
      scores[0] = 0
      path.removeAll(keepingCapacity: true)
    }

    /// The first of equally good ways stays.
    @inline(__always)
    fileprivate mutating func reach(_ end: Int, from start: Int, _ score: Double, _ id: Int32) {
      if starts[end] == Lattice.unreached || score > scores[end] {
        scores[end] = score
        starts[end] = Int32(truncatingIfNeeded: start)
        ids[end] = id
      }
    }
  }

  func encode(
    _ word: UnsafeRawBufferPointer, into ids: inout [Int], _ lattice: inout Lattice
  ) throws(FormatError) {
    lattice.reset(word.count + 1)
    try fill(&lattice, word)
    // From the end back to the start; a run of unknown tokens is one part.
    var end = word.count
    var runEnd: Int?
    while end > 0 {
      let start = Int(lattice.starts[end])
      if lattice.ids[end] == unknown {
        runEnd = runEnd ?? end
      } else {
        if let stop = runEnd { lattice.path.append(end..<stop) }
        runEnd = nil
        lattice.path.append(start..<end)
      }
      end = start
    }
    if let stop = runEnd { lattice.path.append(0..<stop) }
    for part in lattice.path.reversed() {
      try append(UnsafeRawBufferPointer(rebasing: word[part]), to: &ids)
    }
  }

  private func fill(_ lattice: inout Lattice, _ word: UnsafeRawBufferPointer) throws(FormatError) {
    var start = 0
    while start < word.count {
      var width = 1
      while start + width < word.count, word[start + width] & 0xc0 == 0x80 { width += 1 }
      let score = lattice.scores[start]
      var isKnown = false
      var node = ByteTrie.root
      var end = start
      while end < word.count, let next = trie.child(node, word[end]) {
        node = next
        end += 1
        let id = trie.value(node)
        if id != ByteTrie.missing {
          lattice.reach(end, from: start, scores[Int(id)] + score, id)
          if end - start == width { isKnown = true }
        }
      }
      if !isKnown {
        guard let unknown else { throw Model.noUnknown("unk_id") }
        lattice.reach(start + width, from: start, unknownScore + score, unknown)
      }
      start += width
    }
  }

  private func append(_ part: UnsafeRawBufferPointer, to ids: inout [Int]) throws(FormatError) {
    if let id = tokens.id(part) {
      ids.append(id)
      return
    }
    if let bytes, part.allSatisfy({ bytes[Int($0)] != BPE.missing }) {
      for byte in part { ids.append(Int(bytes[Int(byte)])) }
      return
    }
    guard let unknown else { throw Model.noUnknown("unk_id") }
    ids.append(Int(unknown))
  }
}
