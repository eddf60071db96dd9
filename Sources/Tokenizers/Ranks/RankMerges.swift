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
  private(set) var pairs: [(left: UInt32, right: UInt32)?]

  /// Throws `.unknown` for a token that merges never make: tiktoken finds it only where it is a
  /// whole piece, which merges cannot say.
  init(_ ranks: RankFile) throws(FormatError) {
    let count = ranks.tokens.count
    table = PairTable(capacity: count)
    results = Array(0..<UInt32(count))
    pairs = Array(repeating: nil, count: count)
    var merger = BPEMerger()
    for rank in ranks.tokens.indices {
      let token = ranks.tokens.slice(rank)
      if token.count == 1 { continue }
      merger.reset()
      for byte in token { merger.append(ranks.bytes[Int(byte)]) }
      merger.merge(table, results)
      guard let pair = merger.pair else {
        throw FormatError(
          .unknown, "a token is not made of two others of lower rank", subject: "rank \(rank)",
          found: ByteString(ByteAlphabet.encode(token)).text,
          remedy: "Take the model's tokenizer.json, where it has one.")
      }
      table.set(pair.left, pair.right, UInt32(rank))
      pairs[rank] = pair
    }
  }
}
