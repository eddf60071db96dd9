/// Tokens on their way to text: bytes, and where each token ends.
struct DecodedTokens {
  private(set) var text: [UInt8] = []
  private var ends: [Int] = []

  init(_ tokens: some Sequence<ArraySlice<UInt8>>) {
    for token in tokens { append(token) }
  }

  var count: Int { ends.count }

  func slice(_ index: Int) -> ArraySlice<UInt8> {
    text[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  mutating func append(_ token: some Sequence<UInt8>) {
    text.append(contentsOf: token)
    ends.append(text.count)
  }

  func forEach(_ body: (Int, ArraySlice<UInt8>) -> Void) {
    for index in ends.indices { body(index, slice(index)) }
  }

  /// Replaces every token by what `body` appends for it.
  mutating func rewrite(_ body: (Int, ArraySlice<UInt8>, inout [UInt8]) -> Void) {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var newEnds: [Int] = []
    newEnds.reserveCapacity(ends.count)
    forEach { index, token in
      body(index, token, &result)
      newEnds.append(result.count)
    }
    (text, ends) = (result, newEnds)
  }

  /// Makes one token of all.
  mutating func fuse() { ends = [text.count] }

  /// `ByteLevel`: all tokens as one, read in GPT-2's alphabet. What comes next reads characters.
  mutating func readByteAlphabet() {
    rewrite { _, token, result in
      if !ByteAlphabet.decode(token.span, into: &result) { result.append(contentsOf: token) }
    }
    text = UTF8Text.repaired(text)
    fuse()
  }

  func joined(separator: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    forEach { index, token in
      if index > 0 { result += separator }
      result += token
    }
    return result
  }
}
