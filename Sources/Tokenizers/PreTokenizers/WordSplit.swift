/// `Whitespace`: runs of word characters, and runs of what is neither that nor white space.
enum WordSplit {
  private enum Kind { case space, word, other }

  static func apply(to pieces: inout Pieces) {
    pieces.recut { text, piece, cuts in
      var start = piece.lowerBound
      var last = Kind.space
      var place = start
      while place < piece.upperBound {
        let (scalar, width) = UTF8Text.scalar(text, at: place)
        let kind: Kind = scalar.isWord ? .word : scalar.isSpace ? .space : .other
        if kind != last {
          if last != .space { cuts.append(start..<place) }
          (start, last) = (place, kind)
        }
        place += width
      }
      if last != .space { cuts.append(start..<piece.upperBound) }
    }
  }
}
