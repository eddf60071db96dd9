/// Unicode's normalization forms (UAX #15).
///
/// Foundation normalizes too, but in time that grows with the square of a run of marks, and some of
/// its versions lose marks from long runs: only its answers for single characters are used.
struct NormalizationForm: Sendable {
  enum Kind: Sendable { case canonical, compatibility }

  let kind: Kind
  let composes: Bool
  let edition: CompositionTable.Edition

  static let nfc = NormalizationForm(kind: .canonical, composes: true)
  static let nfd = NormalizationForm(kind: .canonical, composes: false)
  static let nfkc = NormalizationForm(kind: .compatibility, composes: true)
  static let nfkd = NormalizationForm(kind: .compatibility, composes: false)

  /// NFC as Python's `unicodedata` does it.
  static let python = NormalizationForm(kind: .canonical, composes: true, edition: .python)

  init(kind: Kind, composes: Bool, edition: CompositionTable.Edition = .tokenizers) {
    self.kind = kind
    self.composes = composes
    self.edition = edition
  }

  /// The forms by the names that Unicode and tokenizer.json give them.
  init?(_ name: String) {
    switch name {
    case "NFC": self = .nfc
    case "NFD": self = .nfd
    case "NFKC": self = .nfkc
    case "NFKD": self = .nfkd
    default: return nil
    }
  }

  func apply(_ text: inout NormalText) {
    guard text.bytes.contains(where: { $0 >= 0x80 }) else { return }
    // What comes from the first character is what that character becomes.
    if text.origin > 0 {
      text.origin =
        text.origin == text.bytes.count
        ? apply(text.bytes).count : apply(Array(text.bytes[..<text.origin])).count
    }
    text.bytes = apply(text.bytes)
  }

  func apply(_ text: [UInt8]) -> [UInt8] {
    guard let first = text.firstIndex(where: { $0 >= 0x80 }) else { return text }
    let table = edition.table
    let touched = table.touched(by: self)
    var result: [UInt8] = []
    // Only stretches that the form can touch are taken apart.
    let span = text.span
    var copied = 0
    var place = first
    while place < span.count {
      if span[place] < 0x80 {
        place += 1
        continue
      }
      let (scalar, width) = UTF8Text.scalar(span, at: place)
      guard touched.contains(scalar) else {
        place += width
        continue
      }
      // Composition may reach back to the character before.
      var start = place
      if composes, start > copied { start -= UTF8Text.scalar(span, before: start).width }
      var end = place + width
      while end < span.count, span[end] >= 0x80 {
        let next = UTF8Text.scalar(span, at: end)
        guard touched.contains(next.scalar) else { break }
        end += next.width
      }
      result.append(contentsOf: text[copied..<start])
      let parts = decomposed(span.extracting(start..<end), table)
      if composes {
        compose(parts, table, into: &result)
      } else {
        for part in parts { UTF8Text.append(part.scalar, to: &result) }
      }
      copied = end
      place = end
    }
    guard copied > 0 else { return text }
    result.append(contentsOf: text[copied...])
    return result
  }

  /// Every character taken apart, and every run of marks in order of their classes.
  private func decomposed(
    _ text: Span<UInt8>, _ table: CompositionTable
  ) -> [(scalar: Unicode.Scalar, order: Int)] {
    var result: [(scalar: Unicode.Scalar, order: Int)] = []
    var marks: [(rank: Int, scalar: Unicode.Scalar)] = []
    func flush() {
      // Marks of one class keep their order: the rank ends in the place.
      if marks.count > 1 { marks.sort { $0.rank < $1.rank } }
      for mark in marks { result.append((mark.scalar, mark.rank >> 32)) }
      marks.removeAll(keepingCapacity: true)
    }
    var place = 0
    while place < text.count {
      let (scalar, width) = UTF8Text.scalar(text, at: place)
      place += width
      table.forEachPart(of: scalar, kind) { part in
        let order = table.order(part)
        if order == 0 {
          flush()
          result.append((part, 0))
        } else {
          marks.append((order << 32 | marks.count, part))
        }
      }
    }
    flush()
    return result
  }

  /// A mark joins the last base unless one of its own class, or a higher one, stands between.
  private func compose(
    _ parts: [(scalar: Unicode.Scalar, order: Int)], _ table: CompositionTable,
    into result: inout [UInt8]
  ) {
    var scalars: [Unicode.Scalar] = []
    var base: Int?
    var lastOrder = -1
    for (scalar, order) in parts {
      if let base, lastOrder < order, let joined = table.composition(scalars[base], scalar) {
        scalars[base] = joined
        continue
      }
      if order == 0 {
        base = scalars.count
        lastOrder = -1
      } else {
        lastOrder = order
      }
      scalars.append(scalar)
    }
    for scalar in scalars { UTF8Text.append(scalar, to: &result) }
  }
}
