import Containers

/// `ByteLevel`: optionally a leading space and GPT-2's pattern, then bytes spelled as characters.
struct ByteLevel: Sendable {
  static let regex =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  let addsPrefixSpace: Bool
  /// GPT-2's pattern, where it is used.
  let split: Split?

  init(_ component: Component) throws(FormatError) {
    addsPrefixSpace = try component.bool("add_prefix_space")
    split =
      try component.bool("use_regex", default: true) ? Split(isolating: ByteLevel.regex) : nil
  }

  init() {
    addsPrefixSpace = false
    split = nil
  }

  /// Where `spelling` is false the pieces stay bytes: nothing but the model looks at them.
  func apply(to pieces: inout Pieces, _ matcher: Matcher, spelling: Bool) throws(FormatError) {
    if addsPrefixSpace {
      let space = UInt8(ascii: " ")
      pieces.rewrite { piece, _, text in
        if piece.first != space { text.append(space) }
        text.append(contentsOf: piece)
      }
    }
    try split?.apply(to: &pieces, matcher)
    if spelling {
      pieces.rewrite { piece, _, text in text.append(contentsOf: ByteAlphabet.encode(piece)) }
    }
  }
}
