import Containers

/// `Digits` and `Punctuation`: every character of a kind is a match.
struct CharacterSplit: Sendable {
  enum Kind: Sendable { case number, punctuation }

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

  func apply(to pieces: inout Pieces) {
    pieces.split(behavior, inverted: false) { text, found in
      let text = text.span
      var place = 0
      while place < text.count {
        let (scalar, width) = UTF8Text.scalar(text, at: place)
        let isMatch =
          switch kind {
          case .number: scalar.isNumeric
          case .punctuation: scalar.isPunctuation
          }
        if isMatch { found(place..<place + width) }
        place += width
      }
    }
  }
}
