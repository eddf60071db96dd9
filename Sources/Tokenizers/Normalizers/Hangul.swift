/// Korean syllables are numbered so that they need no table (chapter 3.12 of the Unicode Standard).
enum Hangul {
  static let leads: Range<UInt32> = 0x1100..<0x1113
  static let vowels: Range<UInt32> = 0x1161..<0x1176
  static let finals: Range<UInt32> = 0x11a8..<0x11c3
  static let syllables: Range<UInt32> = 0xac00..<0xd7a4
  private static let finalCount: UInt32 = 28
  private static let vowelCount: UInt32 = 21

  static func decomposition(_ scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
    guard syllables.contains(scalar.value) else { return nil }
    let index = scalar.value - syllables.lowerBound
    let final = index % finalCount
    let values = [
      leads.lowerBound + index / finalCount / vowelCount,
      vowels.lowerBound + index / finalCount % vowelCount,
      finals.lowerBound + final - 1,
    ]
    return values.prefix(final == 0 ? 2 : 3).compactMap(Unicode.Scalar.init)
  }

  static func composition(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    if leads.contains(first.value), vowels.contains(second.value) {
      let index = (first.value - leads.lowerBound) * vowelCount + second.value - vowels.lowerBound
      return Unicode.Scalar(syllables.lowerBound + index * finalCount)
    }
    if syllables.contains(first.value), finals.contains(second.value),
      (first.value - syllables.lowerBound) % finalCount == 0
    {
      return Unicode.Scalar(first.value + second.value - finals.lowerBound + 1)
    }
    return nil
  }
}
