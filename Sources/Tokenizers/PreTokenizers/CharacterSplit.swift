import Containers

/// `Digits`, `Punctuation` and `WhitespaceSplit`: every character of a kind is a match.
struct CharacterSplit: Sendable {
  enum Kind: Sendable { case number, punctuation, space }

  let kind: Kind
  let behavior: SplitBehavior

  init(digits component: Component) throws(FormatError) {
    kind = .number
    behavior = try component.bool("individual_digits") ? .isolated : .contiguous
  }

  init(punctuation component: Component) throws(FormatError) {
    kind = .punctuation
    behavior = try SplitBehavior(component, default: .isolated)
  }

  init(_ kind: Kind, _ behavior: SplitBehavior) {
    self.kind = kind
    self.behavior = behavior
  }

  /// What `BertPreTokenizer` is made of.
  static let bert = [
    CharacterSplit(.space, .removed), CharacterSplit(.punctuation, .isolated),
  ]

  func apply(to pieces: inout Pieces) {
    switch kind {
    case .number: split(&pieces, \.isNumeric)
    case .punctuation: split(&pieces, \.isPunctuation)
    case .space: split(&pieces, \.isSpace)
    }
  }

  @inline(__always)
  private func split(_ pieces: inout Pieces, _ isMatch: (Unicode.Scalar) -> Bool) {
    // The commonest two need no list of cuts.
    switch behavior {
    case .removed, .isolated:
      pieces.recut { text, piece, cuts in
        var start = piece.lowerBound
        var place = start
        while place < piece.upperBound {
          let (scalar, width) = UTF8Text.scalar(text, at: place)
          if isMatch(scalar) {
            if start < place { cuts.append(start..<place) }
            if behavior == .isolated { cuts.append(place..<place + width) }
            start = place + width
          }
          place += width
        }
        if start < piece.upperBound { cuts.append(start..<piece.upperBound) }
      }
    case .mergedWithPrevious, .mergedWithNext, .contiguous:
      pieces.split(behavior, inverted: false) { text, found in
        let text = text.span
        var place = 0
        while place < text.count {
          let (scalar, width) = UTF8Text.scalar(text, at: place)
          if isMatch(scalar) { found(place..<place + width) }
          place += width
        }
      }
    }
  }
}
