/// A string as Python has it: a sequence of code points, compared one by one.
struct Text: Sendable {
  var scalars: [Unicode.Scalar]
  /// Python's `Markup`: adding a plain string to it escapes that string.
  var isMarkup = false

  init(_ scalars: [Unicode.Scalar] = [], isMarkup: Bool = false) {
    self.scalars = scalars
    self.isMarkup = isMarkup
  }
  init(_ scalars: some Sequence<Unicode.Scalar>) { self.scalars = Array(scalars) }
  init(_ string: String) { scalars = Array(string.unicodeScalars) }

  var count: Int { scalars.count }
  var isEmpty: Bool { scalars.isEmpty }
  var string: String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// The same kind of string with other contents.
  func with(_ scalars: some Sequence<Unicode.Scalar>) -> Text {
    Text(Array(scalars), isMarkup: isMarkup)
  }

  static func += (a: inout Text, b: Text) { a.scalars += b.scalars }
}

extension Text: Hashable, Comparable, ExpressibleByStringLiteral {
  init(stringLiteral value: String) { self.init(value) }
  static func == (a: Text, b: Text) -> Bool { a.scalars == b.scalars }
  static func < (a: Text, b: Text) -> Bool { a.scalars.lexicographicallyPrecedes(b.scalars) }
  func hash(into hasher: inout Hasher) { hasher.combine(scalars) }
}

extension Text {
  /// What HTML would take for markup, as entities; nothing of a string that is markup already.
  var escaped: Text {
    if isMarkup { return self }
    var result = Text([], isMarkup: true)
    for scalar in scalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "'": result += "&#39;"
      case "\"": result += "&#34;"
      default: result.scalars.append(scalar)
      }
    }
    return result
  }

  /// The first place of `other` at or after `start`.
  func firstRange(of other: Text, from start: Int = 0, to end: Int? = nil) -> Range<Int>? {
    let end = end ?? count
    guard start >= 0, start + other.count <= end else { return nil }
    guard let first = other.scalars.first else { return start..<start }
    var place = start
    while place + other.count <= end {
      if scalars[place] == first,
        scalars[place..<place + other.count].elementsEqual(other.scalars)
      {
        return place..<place + other.count
      }
      place += 1
    }
    return nil
  }

  func lastRange(of other: Text, from start: Int = 0, to end: Int? = nil) -> Range<Int>? {
    var place = (end ?? count) - other.count
    while place >= start {
      if scalars[place..<place + other.count].elementsEqual(other.scalars) {
        return place..<place + other.count
      }
      place -= 1
    }
    return nil
  }

  /// Without the scalars at either end that `drops` holds for.
  func stripped(
    left: Bool = true, right: Bool = true, where drops: (Unicode.Scalar) -> Bool
  ) -> Text {
    var range = 0..<count
    if left {
      range = (scalars.firstIndex { !drops($0) } ?? count)..<count
    }
    if right {
      let end = scalars[range].lastIndex { !drops($0) }.map { $0 + 1 } ?? range.lowerBound
      range = range.lowerBound..<end
    }
    return with(scalars[range])
  }

  /// Cuts at Python's line breaks.
  func lines(keepingEnds: Bool = false) -> [Text] {
    var lines: [Text] = []
    var start = 0
    var place = 0
    while place < count {
      guard scalars[place].isPythonLineBreak else {
        place += 1
        continue
      }
      var end = place + 1
      if scalars[place] == "\r", end < count, scalars[end] == "\n" { end += 1 }
      lines.append(with(scalars[start..<(keepingEnds ? end : place)]))
      (start, place) = (end, end)
    }
    if start < count { lines.append(with(scalars[start...])) }
    return lines
  }
}
