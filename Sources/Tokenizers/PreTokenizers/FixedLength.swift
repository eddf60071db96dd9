import Containers

/// `FixedLength`: pieces of so many characters.
struct FixedLength: Sendable {
  private let length: Int

  init(_ component: Component) throws(FormatError) {
    length = try component.count("length", default: 5)
    guard length > 0 else { throw component.damaged("length", expected: "at least 1") }
  }

  func apply(to pieces: inout Pieces) {
    pieces.recut { text, piece, cuts in
      var start = piece.lowerBound
      var place = start
      var count = 0
      while place < piece.upperBound {
        place += UTF8Text.scalar(text, at: place).width
        count += 1
        if count == length {
          cuts.append(start..<place)
          (start, count) = (place, 0)
        }
      }
      if start < place { cuts.append(start..<place) }
    }
  }
}
