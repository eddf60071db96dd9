/// `UnicodeScripts`: cuts where the script changes. Kana count as Han; a character without a script
/// goes with those before it, and is lost where nothing stands before it, as in the reference.
enum ScriptSplit {
  private static let runs = Array(HexRuns(ScriptTable.runs, extra: 1))

  static func apply(to pieces: inout Pieces) {
    pieces.recut { text, piece, cuts in
      var start: Int?
      var last: UInt32?
      var place = piece.lowerBound
      while place < piece.upperBound {
        let (scalar, width) = UTF8Text.scalar(text, at: place)
        if let script = script(scalar) {
          if script != last {
            if let start { cuts.append(start..<place) }
            start = place
          }
          last = script
        }
        place += width
      }
      if let start { cuts.append(start..<piece.upperBound) }
    }
  }

  private static func script(_ scalar: Unicode.Scalar) -> UInt32? {
    var (low, high) = (0, runs.count)
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].range.upperBound <= scalar.value { low = middle + 1 } else { high = middle }
    }
    guard low < runs.count, runs[low].range.contains(scalar.value) else { return nil }
    return runs[low].extra
  }
}
