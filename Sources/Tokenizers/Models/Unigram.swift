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
    fileprivate struct Node {
      var score = 0.0
      /// Where the last token of the way starts; negative where there is no way yet.
      var start: Int32 = -1
      var id: Int32 = 0

      /// The first of equally good ways stays.
      @inline(__always)
      mutating func reach(from start: Int, _ score: Double, _ id: Int32) {
        if self.start < 0 || score > self.score {
          (self.score, self.start, self.id) = (score, Int32(truncatingIfNeeded: start), id)
        }
      }
    }
    fileprivate var nodes: [Node] = []
    fileprivate var path: [Range<Int>] = []
  }

  func encode(
    _ word: UnsafeRawBufferPointer, into ids: inout [Int], _ lattice: inout Lattice
  ) throws(FormatError) {
    if lattice.nodes.count <= word.count {
      lattice.nodes = [Lattice.Node](repeating: Lattice.Node(), count: word.count + 64)
    }
    lattice.path.removeAll(keepingCapacity: true)
    guard lattice.nodes.withUnsafeMutableBufferPointer({ fill($0, word) }) else {
      throw Model.noUnknown("unk_id")
    }
    // From the end back to the start; a run of unknown tokens is one part.
    var end = word.count
    var runEnd: Int?
    while end > 0 {
      let node = lattice.nodes[end]
      let start = Int(node.start)
      if node.id == unknown {
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
      // A part that is one token is known by the way that led there.
      let node = lattice.nodes[part.upperBound]
      if Int(node.start) == part.lowerBound, node.id != unknown {
        ids.append(Int(node.id))
      } else {
        try append(UnsafeRawBufferPointer(rebasing: word[part]), to: &ids)
      }
    }
  }

  /// False where a character is no token and there is none for the unknown.
  private func fill(
    _ nodes: UnsafeMutableBufferPointer<Lattice.Node>, _ word: UnsafeRawBufferPointer
  ) -> Bool {
    nodes[..<(word.count + 1)].update(repeating: Lattice.Node())
    return scores.withUnsafeBufferPointer { scores in
      var start = 0
      while start < word.count {
        var width = 1
        while start + width < word.count, word[start + width] & 0xc0 == 0x80 { width += 1 }
        let score = nodes[start].score
        var isKnown = false
        trie.forEachPrefix(of: word, from: start) { id, end in
          nodes[end].reach(from: start, scores[Int(id)] + score, id)
          if end - start == width { isKnown = true }
        }
        if !isKnown {
          guard let unknown else { return false }
          nodes[start + width].reach(from: start, unknownScore + score, unknown)
        }
        start += width
      }
      return true
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
