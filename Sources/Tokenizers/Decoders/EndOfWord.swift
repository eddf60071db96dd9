import Containers

/// `BPEDecoder`: the mark at the end of a word becomes a space, except in the last token.
struct EndOfWord: Sendable {
  private let suffix: [UInt8]

  init(_ component: Component) throws(FormatError) { suffix = try component.bytes("suffix") }

  func apply(to tokens: inout DecodedTokens) {
    let last = tokens.count - 1
    tokens.rewrite { index, token, result in
      result += token.replacing(suffix, with: index == last ? [] : [UInt8(ascii: " ")])
    }
  }
}

extension ArraySlice<UInt8> {
  /// Every occurrence of `old` replaced, from the left. An empty one is in front of every character
  /// and at the end.
  func replacing(_ old: [UInt8], with new: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(count)
    var place = startIndex
    while place < endIndex {
      if old.isEmpty {
        if self[place] & 0xc0 != 0x80 { result += new }
      } else if self[place] == old[0], self[place...].starts(with: old) {
        result += new
        place += old.count
        continue
      }
      result.append(self[place])
      place += 1
    }
    return old.isEmpty ? result + new : result
  }
}
