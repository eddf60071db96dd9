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

    fileprivate func knows(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.age.map { $0.major <= rawValue } ?? false
    }
  }

  private static let ofTokenizers = CompositionTable(.tokenizers)
  private static let ofPython = CompositionTable(.python)

  private typealias Parts = [UInt32: [Unicode.Scalar]]
  private var canonical: Parts = [:]
  private var compatible: Parts = [:]
  private var compositions: [UInt64: Unicode.Scalar] = [:]
  private var marks = ScalarSet()
  /// What each form changes, or joins to what stands before it.
  private var decomposed = ScalarSet()
  private var composed = ScalarSet()
  private var decomposedCompatibly = ScalarSet()
  private var composedCompatibly = ScalarSet()

  /// Where characters that come apart are, Hangul syllables left out.
  private static let ranges: [Range<UInt32>] = [
    0xa0..<0x3400, 0xa69c..<0xab70, 0xf900..<0x10000, 0x10780..<0x12000, 0x16000..<0x17000,
    0x1d100..<0x1d800, 0x1e030..<0x1f300, 0x1fbf0..<0x1fbfa, 0x2f800..<0x2fa20,
  ]

  private init(_ edition: Edition) {
    var composites: [(scalar: Unicode.Scalar, parts: [Unicode.Scalar])] = []
    for value in CompositionTable.ranges.joined() {
      guard let scalar = Unicode.Scalar(value), edition.knows(scalar) else { continue }
      let text = String(scalar)
      if let parts = CompositionTable.other(text.decomposedStringWithCompatibilityMapping, scalar) {
        compatible[value] = parts
        decomposedCompatibly.insert(value)
        let whole = text.precomposedStringWithCompatibilityMapping
        if CompositionTable.other(whole, scalar) != nil { composedCompatibly.insert(value) }
      }
      guard let parts = CompositionTable.other(text.decomposedStringWithCanonicalMapping, scalar)
      else { continue }
      canonical[value] = parts
      decomposed.insert(value)
      // A character that is never composed is not its own composition.
      if CompositionTable.other(text.precomposedStringWithCanonicalMapping, scalar) != nil {
        composed.insert(value)
      } else if parts.count > 1 {
        composites.append((scalar, parts))
      }
    }
    // A longer composition is a shorter one and one more part.
    for (scalar, parts) in composites.sorted(by: { $0.parts.count < $1.parts.count }) {
      var first = parts[0]
      for part in parts.dropFirst().dropLast() { first = composition(first, part) ?? first }
      compositions[CompositionTable.key(first, parts[parts.count - 1])] = scalar
      touchComposing(parts[parts.count - 1].value)
    }
    for value in [Hangul.vowels, Hangul.finals].joined() { touchComposing(value) }
    for value in Hangul.syllables {
      decomposed.insert(value)
      decomposedCompatibly.insert(value)
    }
    for value in UInt32(0x300)..<0x1f000 {
      guard let scalar = Unicode.Scalar(value), scalar.isMark, edition.knows(scalar) else {
        continue
      }
      marks.insert(value)
      touchComposing(value)
      decomposed.insert(value)
      decomposedCompatibly.insert(value)
    }
  }

  private mutating func touchComposing(_ value: UInt32) {
    composed.insert(value)
    composedCompatibly.insert(value)
  }

  private static func other(_ text: String, _ scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
    let parts = Array(text.unicodeScalars)
    return parts == [scalar] ? nil : parts
  }

  /// The characters that a form has to look at; every other stays as it is, whatever is around it.
  func touched(by form: NormalizationForm) -> ScalarSet {
    switch (form.kind, form.composes) {
    case (.canonical, true): composed
    case (.canonical, false): decomposed
    case (.compatibility, true): composedCompatibly
    case (.compatibility, false): decomposedCompatibly
    }
  }

  /// The class by which marks are ordered; 0 for what is no mark.
  func order(_ scalar: Unicode.Scalar) -> Int {
    marks.contains(scalar) ? Int(scalar.properties.canonicalCombiningClass.rawValue) : 0
  }

  @inline(__always)
  func forEachPart(
    of scalar: Unicode.Scalar, _ kind: NormalizationForm.Kind, _ body: (Unicode.Scalar) -> Void
  ) {
    let parts =
      switch kind {
      case .canonical: canonical[scalar.value]
      case .compatibility: compatible[scalar.value]
      }
    if let parts = parts ?? Hangul.decomposition(scalar) {
      parts.forEach(body)
    } else {
      body(scalar)
    }
  }

  func composition(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    Hangul.composition(first, second) ?? compositions[CompositionTable.key(first, second)]
  }

  private static func key(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> UInt64 {
    UInt64(first.value) << 32 | UInt64(second.value)
  }
}

extension Unicode.Scalar {
  fileprivate var isMark: Bool { properties.canonicalCombiningClass != .notReordered }
}
