import Containers

/// The merges that a rank file implies.
///
/// tiktoken merges the two neighbours that together have the lowest rank. A token is made of the two
/// parts that are left of its bytes when every token of a lower rank has been merged; no other pair
/// of neighbours can ever make it, because nothing was merged across its edges until then. So a
/// merge for every token, in the order of ranks, gives the same ids: where two parts are left.
struct RankMerges: Sendable {
  /// The rank of the token that a pair makes.
  private(set) var table: PairTable
  /// The token that a rank makes: itself.
  let results: [UInt32]
  /// What each token is made of, by rank; nothing for a byte.
  private(set) var pairs: [Pair?]

  typealias Pair = (left: UInt32, right: UInt32)

  /// Above this, trying every split would take time that grows with the square of the length.
  private static let longest = 64

  /// `tokens` are the ranks' tokens, spelled. Throws `.unknown` for a token that merges never make:
  /// tiktoken finds it only where it is a whole piece, which merges cannot say.
  init(_ ranks: RankFile, _ tokens: TokenStore, longest: Int = longest) throws(FormatError) {
    let count = ranks.tokens.count
    table = PairTable(capacity: count)
    results = Array(0..<UInt32(count))
    pairs = Array(repeating: nil, count: count)
    var merger = BPEMerger()
    for rank in ranks.tokens.indices {
      let token = ranks.tokens.slice(rank)
      if token.count == 1 { continue }
      var pair: Pair?
      if token.count <= longest {
        pair = split(rank, tokens)
      } else {
        merger.reset()
        for byte in token { merger.append(ranks.bytes[Int(byte)]) }
        merger.merge(table, results)
        pair = merger.pair
      }
      guard let pair else {
        throw FormatError(
          .unknown, "a token is not made of two others of lower rank", subject: "rank \(rank)",
          found: ByteString(tokens.slice(rank)).text,
          remedy: "Take the model's tokenizer.json, where it has one.")
      }
      table.set(pair.left, pair.right, UInt32(rank))
      pairs[rank] = pair
    }
  }

  /// The split of a token that merging would arrive at: there is one at most.
  private func split(_ rank: Int, _ tokens: TokenStore) -> Pair? {
    tokens.slice(rank).withUnsafeBytes { text in
      for place in stride(from: text.count - 1, to: 0, by: -1) where text[place] & 0xc0 != 0x80 {
        guard
          let left = part(UnsafeRawBufferPointer(rebasing: text[..<place]), rank, tokens),
          let right = part(UnsafeRawBufferPointer(rebasing: text[place...]), rank, tokens),
          staysApart(left, right)
        else { continue }
        return (left, right)
      }
      return nil
    }
  }

  /// A token that exists before `rank`: a byte, or one that was made.
  @inline(__always)
  private func part(_ text: UnsafeRawBufferPointer, _ rank: Int, _ tokens: TokenStore) -> UInt32? {
    guard let id = tokens.id(text), id < rank || tokens.slice(id).isByte else { return nil }
    return UInt32(id)
  }

  /// Whether merging the bytes of both never crosses the edge between them: looks at the neighbours
  /// of the edge from the last merge back to the first. They join if their token comes before the
  /// merge that parts them, and of equal ranks the left one comes first.
  private func staysApart(_ left: UInt32, _ right: UInt32) -> Bool {
    var (left, right) = (left, right)
    var limit = PairTable.missing
    while true {
      if table.value(left, right) < limit { return false }
      let (inner, outer) = (pairs[Int(left)], pairs[Int(right)])
      if let inner, outer == nil || left > right {
        limit = left
        left = inner.right
      } else if let outer {
        limit = right + 1
        right = outer.left
      } else {
        return true
      }
    }
  }
}

extension ArraySlice<UInt8> {
  /// Whether this is the spelling of one byte.
  fileprivate var isByte: Bool { count == 1 || count == 2 && self[startIndex] >= 0xc0 }
}

/// A rank file's vocabulary, as the rest of the pipeline needs it.
struct RankModel: Sendable {
  let ranks: RankFile
  /// Spelled in GPT-2's alphabet.
  let tokens: TokenStore
  let merges: RankMerges

  init(_ ranks: RankFile) throws(FormatError) {
    self.ranks = ranks
    tokens = try RankModel.spelled(ranks.tokens)
    merges = try RankMerges(ranks, tokens)
  }

  private static func spelled(_ tokens: ByteStrings) throws(FormatError) -> TokenStore {
    var store = TokenStore(capacity: tokens.count, bytes: tokens.count * 8)
    var spelling: [UInt8] = []
    for rank in tokens.indices {
      spelling.removeAll(keepingCapacity: true)
      ByteAlphabet.append(tokens.slice(rank), to: &spelling)
      switch store.insert(spelling[...], id: rank) {
      case .inserted: break
      case .sameText, .sameID:
        throw FormatError(
          .damaged, "a token is there twice", subject: "rank \(rank)",
          found: ByteString(spelling).text)
      case .full:
        throw FormatError(
          .damaged, "is too large", subject: "ranks", expected: "less than two gigabytes")
      }
    }
    return store
  }
}
