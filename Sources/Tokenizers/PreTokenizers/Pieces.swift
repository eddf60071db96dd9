/// A stretch of text on its way to the model: bytes, and the pieces that they are cut into.
struct Pieces {
  /// Valid UTF-8 until bytes are spelled as characters at the very end.
  var text: [UInt8] = []
  /// In order, not empty; gaps are text that was removed.
  var bounds: [Range<Int>] = []
  /// Matches and gaps of the piece at hand.
  private var cuts: [Cut] = []
  private var spare: [Range<Int>] = []

  struct Cut {
    var range: Range<Int>
    var isMatch: Bool
  }

  mutating func reset(to text: [UInt8]) {
    self.text = text
    bounds.removeAll(keepingCapacity: true)
    if !text.isEmpty { bounds.append(0..<text.count) }
  }

  /// Replaces every piece by what `cut` makes of it. `cut` appends the piece's matches, in order, as
  /// ranges relative to the piece; `behavior` then says what becomes of matches and gaps.
  mutating func split<Failure: Error>(
    _ behavior: SplitBehavior, inverted: Bool,
    _ cut: (UnsafeBufferPointer<UInt8>, (Range<Int>) -> Void) throws(Failure) -> Void
  ) throws(Failure) {
    spare.removeAll(keepingCapacity: true)
    swap(&spare, &bounds)
    for index in spare.indices {
      let piece = spare[index]
      cuts.removeAll(keepingCapacity: true)
      var end = piece.lowerBound
      let outcome: Result<Void, Failure> = text.withUnsafeBufferPointer { text in
        do throws(Failure) {
          try cut(UnsafeBufferPointer(rebasing: text[piece])) { match in
            let match =
              match.lowerBound + piece.lowerBound..<match.upperBound + piece.lowerBound
            if end < match.lowerBound {
              cuts.append(Cut(range: end..<match.lowerBound, isMatch: inverted))
            }
            cuts.append(Cut(range: match, isMatch: !inverted))
            end = match.upperBound
          }
          return .success(())
        } catch {
          return .failure(error)
        }
      }
      try outcome.get()
      if end < piece.upperBound {
        cuts.append(Cut(range: end..<piece.upperBound, isMatch: inverted))
      }
      behavior.resolve(cuts, into: &bounds)
    }
  }

  /// Rewrites every piece, which stays one piece.
  mutating func rewrite(_ append: (ArraySlice<UInt8>, inout [UInt8]) -> Void) {
    var rewritten: [UInt8] = []
    rewritten.reserveCapacity(text.count + bounds.count)
    for index in bounds.indices {
      let start = rewritten.count
      append(text[bounds[index]], &rewritten)
      bounds[index] = start..<rewritten.count
    }
    text = rewritten
  }
}
