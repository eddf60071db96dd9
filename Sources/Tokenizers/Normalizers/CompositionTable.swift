import Foundation

/// Which characters come apart, and which pairs come together. Made once, from Foundation's answers
/// for single characters.
///
/// To an older table a newer mark is a letter like any other, and a model was trained on text that
/// was composed so: each table leaves out what is newer than it.
struct CompositionTable: Sendable {
  /// Whose table: the version of Unicode that the tokenizer's own program composes by.
  enum Edition: Int, Sendable {
    /// Of `tokenizers`.
    case tokenizers = 9
    /// Of `unicodedata` in Python 3.11, current when the models that use it came out.
    case python = 14

    /// Made when it is first needed.
    var table: CompositionTable {
      switch self {
      case .tokenizers: CompositionTable.ofTokenizers
      case .python: CompositionTable.ofPython
      }
    }
  }

  private static let ofTokenizers = CompositionTable(.tokenizers)
  private static let ofPython = CompositionTable(.python)

  private var decompositions: [UInt32: [Unicode.Scalar]] = [:]
  private var compositions: [UInt64: Unicode.Scalar] = [:]
  /// Whether a character comes apart, joins the one before it, or is a mark.
  private var touched = [Bool](repeating: false, count: 0x30000)

  /// Where characters with canonical decompositions are, Hangul left out.
  private static let ranges: [Range<UInt32>] = [
    0xc0..<0x3100, 0xf900..<0xfb50, 0x10000..<0x12000, 0x16000..<0x17000, 0x1d100..<0x1d200,
    0x2f800..<0x2fa20,
  ]

  private init(_ edition: Edition) {
    var composites: [(scalar: Unicode.Scalar, parts: [Unicode.Scalar])] = []
    for value in CompositionTable.ranges.joined() {
      guard let scalar = Unicode.Scalar(value), edition.knows(scalar) else { continue }
      let text = String(scalar)
      let parts = Array(text.decomposedStringWithCanonicalMapping.unicodeScalars)
      if parts == [scalar] { continue }
      decompositions[value] = parts
      touched[Int(value)] = true
      // A character that is never composed is not its own composition.
      if parts.count > 1,
        Array(text.precomposedStringWithCanonicalMapping.unicodeScalars) == [scalar]
      {
        composites.append((scalar, parts))
      }
    }
    // A longer composition is a shorter one and one more part.
    for (scalar, parts) in composites.sorted(by: { $0.parts.count < $1.parts.count }) {
      var first = parts[0]
      for part in parts.dropFirst().dropLast() { first = composition(first, part) ?? first }
      compositions[CompositionTable.key(first, parts[parts.count - 1])] = scalar
      touched[Int(parts[parts.count - 1].value)] = true
    }
    for value in 0..<UInt32(touched.count) {
      guard let scalar = Unicode.Scalar(value), edition.knows(scalar) else { continue }
      if scalar.properties.canonicalCombiningClass != .notReordered { touched[Int(value)] = true }
    }
    for value in Hangul.vowels { touched[Int(value)] = true }
    for value in Hangul.finals { touched[Int(value)] = true }
  }

  /// The class by which marks are ordered; 0 for what is no mark.
  func order(_ scalar: Unicode.Scalar) -> Int {
    isTouched(scalar) ? Int(scalar.properties.canonicalCombiningClass.rawValue) : 0
  }

  func isTouched(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < UInt32(touched.count) && touched[Int(scalar.value)]
  }

  func decomposition(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    Hangul.decomposition(scalar) ?? decompositions[scalar.value] ?? [scalar]
  }

  func composition(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    Hangul.composition(first, second) ?? compositions[CompositionTable.key(first, second)]
  }

  private static func key(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> UInt64 {
    UInt64(first.value) << 32 | UInt64(second.value)
  }
}

/// Korean syllables are numbered so that they need no table (chapter 3.12 of the Unicode Standard).
private enum Hangul {
  static let leads: Range<UInt32> = 0x1100..<0x1113
  static let vowels: Range<UInt32> = 0x1161..<0x1176
  static let finals: Range<UInt32> = 0x11a8..<0x11c3
  private static let syllables: Range<UInt32> = 0xac00..<0xd7a4
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

extension CompositionTable.Edition {
  fileprivate func knows(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.age.map { $0.major <= rawValue } ?? false
  }
}
