import Containers

/// What becomes of the matches of a split, and of the text between them.
enum SplitBehavior: String, Sendable {
  case removed = "Removed"
  case isolated = "Isolated"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
  case contiguous = "Contiguous"

  init(_ component: Component, default value: SplitBehavior? = nil) throws(FormatError) {
    guard let name = component.json?.present("behavior") else {
      guard let value else { throw component.damaged("behavior", expected: "a split behaviour") }
      self = value
      return
    }
    guard let behavior = name.string.flatMap(SplitBehavior.init(rawValue:)) else {
      throw component.unsupported("behavior", name)
    }
    self = behavior
  }

  /// Appends the pieces that are not empty. The order of merging is the reference's: a match joins
  /// its neighbour unless the cut before it, in the direction of travel, was a match as well.
  func resolve(_ cuts: [Pieces.Cut], into pieces: inout [Range<Int>]) {
    switch self {
    case .isolated:
      for cut in cuts where !cut.range.isEmpty { pieces.append(cut.range) }
    case .removed:
      for cut in cuts where !cut.isMatch && !cut.range.isEmpty { pieces.append(cut.range) }
    case .contiguous:
      let joined = SplitBehavior.merge(cuts) { cut, previous in cut.isMatch == previous }
      pieces += joined.filter { !$0.isEmpty }
    case .mergedWithPrevious:
      let joined = SplitBehavior.merge(cuts) { cut, previous in cut.isMatch && !previous }
      pieces += joined.filter { !$0.isEmpty }
    case .mergedWithNext:
      let joined = SplitBehavior.merge(cuts.reversed()) { cut, previous in
        cut.isMatch && !previous
      }
      pieces += joined.reversed().filter { !$0.isEmpty }
    }
  }

  private static func merge(
    _ cuts: some Sequence<Pieces.Cut>, joins: (Pieces.Cut, Bool) -> Bool
  ) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var previous = false
    for cut in cuts {
      if joins(cut, previous), let last = result.last {
        result[result.count - 1] =
          min(last.lowerBound, cut.range.lowerBound)..<max(last.upperBound, cut.range.upperBound)
      } else {
        result.append(cut.range)
      }
      previous = cut.isMatch
    }
    return result
  }
}
