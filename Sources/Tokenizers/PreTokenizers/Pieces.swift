/// A stretch of text on its way to the model: bytes, and the pieces that they are cut into.
struct Pieces {
  /// Valid UTF-8 until bytes are spelled as characters at the very end.
  var text: [UInt8] = []
  /// In order, not empty; gaps are text that was removed.
  var bounds: [Range<Int>] = []
  /// How many bytes in front come from the first character of the whole text: see `NormalText`.
  private(set) var origin = 0
  /// Matches and gaps of the piece at hand.
  private var cuts: [Cut] = []
  private var spare: [Range<Int>] = []

  struct Cut {
    var range: Range<Int>
    var isMatch: Bool
  }

  mutating func reset(to text: [UInt8], origin: Int = 0) {
    self.text = text
    self.origin = origin
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

  /// Rewrites every piece, which stays one piece. `append` is told whether the piece starts with the
  /// first character of the whole text.
  mutating func rewrite(_ append: (ArraySlice<UInt8>, _ isFirst: Bool, inout [UInt8]) -> Void) {
    var rewritten: [UInt8] = []
    rewritten.reserveCapacity(text.count + bounds.count)
    var newOrigin = 0
    for index in bounds.indices {
      let start = rewritten.count
      let piece = bounds[index]
      let isFirst = piece.lowerBound < origin
      if isFirst, origin < piece.upperBound {
        // How far the first character reaches in what the piece becomes.
        append(text[piece.lowerBound..<origin], true, &rewritten)
        newOrigin = rewritten.count
        rewritten.removeLast(newOrigin - start)
      }
      append(text[piece], isFirst, &rewritten)
      bounds[index] = start..<rewritten.count
      if isFirst, origin >= piece.upperBound { newOrigin = rewritten.count }
    }
    text = rewritten
    origin = newOrigin
  }

  /// Replaces the pieces by others of the same text.
  mutating func recut(_ cut: (Span<UInt8>, Range<Int>, inout [Range<Int>]) -> Void) {
    spare.removeAll(keepingCapacity: true)
    swap(&spare, &bounds)
    let old = text
    for piece in spare { cut(old.span, piece, &bounds) }
  }
}
