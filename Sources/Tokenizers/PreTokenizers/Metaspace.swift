import Containers

/// `Metaspace`, a pre-tokenizer and a decoder: SentencePiece's visible mark in place of every space,
/// and in front of a text.
struct Metaspace: Sendable {
  enum Scheme: String, Sendable {
    /// In front of every piece, or only of the one that the text begins with.
    case always, first, never
  }

  let mark: [UInt8]
  let scheme: Scheme
  /// Whether pieces end before a mark.
  let splits: Bool

  init(_ component: Component) throws(FormatError) {
    mark = Array(String(try component.scalar("replacement")).utf8)
    splits = try component.bool("split", default: true)
    if let name = component.json?.present("prepend_scheme") {
      guard let scheme = name.string.flatMap(Scheme.init(rawValue:)) else {
        throw component.unsupported("prepend_scheme", name)
      }
      self.scheme = scheme
    } else {
      scheme = .always
    }
    // Files of early versions say it this way, and are refused where they contradict themselves.
    if try !component.bool("add_prefix_space", default: true), scheme != .never {
      throw component.damaged(
        "add_prefix_space", expected: "true, or `never` as prepend_scheme", found: "false")
    }
  }

  func apply(to pieces: inout Pieces) {
    let space = UInt8(ascii: " ")
    pieces.rewrite { piece, isFirst, text in
      let starts = piece.first == space || piece.starts(with: mark)
      switch scheme {
      case .always: if !starts { text.append(contentsOf: mark) }
      case .first: if !starts, isFirst { text.append(contentsOf: mark) }
      case .never: break
      }
      for byte in piece {
        if byte == space { text.append(contentsOf: mark) } else { text.append(byte) }
      }
    }
    guard splits, let first = mark.first else { return }
    pieces.recut { text, piece, cuts in
      var start = piece.lowerBound
      var place = start
      while place < piece.upperBound {
        if text[place] == first, place > start, isMark(text, place) {
          cuts.append(start..<place)
          start = place
        }
        place += 1
      }
      if start < place { cuts.append(start..<place) }
    }
  }

  /// The other way: marks become spaces, and those of the first token vanish.
  func apply(to tokens: inout DecodedTokens) {
    tokens.rewrite { index, token, result in
      let isDropped = index == 0 && scheme != .never
      result += token.replacing(mark, with: isDropped ? [] : [UInt8(ascii: " ")])
    }
  }

  /// Bytes of valid UTF-8 are a character's only where it starts.
  @inline(__always)
  private func isMark(_ text: Span<UInt8>, _ place: Int) -> Bool {
    guard place + mark.count <= text.count else { return false }
    for offset in mark.indices where text[place + offset] != mark[offset] { return false }
    return true
  }
}
