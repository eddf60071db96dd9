import Containers

/// Turns merges of text into merges of ids. The rank of a merge is its place in the list.
struct MergeBuilder {
  private let tokens: TokenStore
  /// The length of the prefix that a second part drops.
  private let prefix: Int
  /// Of two merges of one pair the reference keeps the last, llama.cpp the first.
  private let keepsLast: Bool
  private(set) var merges: PairTable
  private(set) var results: [UInt32] = []
  private var joined: [UInt8] = []

  init(_ tokens: TokenStore, prefix: Int = 0, keepsLast: Bool = true, count: Int) {
    self.tokens = tokens
    self.prefix = prefix
    self.keepsLast = keepsLast
    merges = PairTable(capacity: count)
    results.reserveCapacity(count)
  }

  /// A merge of two parts of `text`.
  mutating func append(_ text: Span<UInt8>, _ left: Range<Int>, _ right: Range<Int>)
    throws(FormatError)
  {
    joined.removeAll(keepingCapacity: true)
    for place in left { joined.append(text[place]) }
    for place in right.dropFirst(prefix) { joined.append(text[place]) }
    // Tokens are mostly numbered in the order of their merges, and looking is faster than searching.
    let guess = results.last.map { Int($0) + 1 }
    guard let first = text.extracting(left).withUnsafeBytes({ tokens.id($0) }),
      let second = text.extracting(right).withUnsafeBytes({ tokens.id($0) }),
      let result = joined.withUnsafeBytes({ tokens.id($0, guess: guess) }),
      results.count < Int(Int32.max)
    else {
      let parts = [left, right].map { range in ByteString(range.map { text[$0] }) }
      let missing = (parts + [ByteString(joined)]).first { tokens.id($0.bytes) == nil }
      throw FormatError(
        .damaged, "a merge names a token that the vocabulary does not have",
        subject: "merges[\(results.count)]", found: missing?.text,
        remedy: "The vocabulary and the merges are not from one tokenizer.")
    }
    merges.set(
      UInt32(first), UInt32(second), UInt32(results.count), replacing: keepsLast)
    results.append(UInt32(result))
  }

  func malformed(_ line: ArraySlice<UInt8>) -> FormatError {
    FormatError(
      .damaged, "a merge is not two tokens with one space between",
      subject: "merges[\(results.count)]", found: ByteString(line.prefix(100)).text)
  }
}
