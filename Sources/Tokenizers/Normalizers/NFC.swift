/// Unicode's canonical composition (UAX #15).
///
/// Foundation composes too, but in time that grows with the square of a run of marks, and some of
/// its versions lose marks from long runs: only its answers for single characters are used.
enum NFC {
  static func apply(_ text: [UInt8], _ edition: CompositionTable.Edition = .tokenizers) -> [UInt8] {
    guard let first = text.firstIndex(where: { $0 >= 0xcc }) else { return text }
    var result: [UInt8] = []
    // Only stretches that composition can touch are taken apart.
    let span = text.span
    var copied = 0
    var place = first
    while place < span.count {
      let (scalar, width) = UTF8Text.scalar(span, at: place)
      if isInert(scalar) {
        place += width
        continue
      }
      // Composition may reach back to the character before.
      var start = place
      if start > copied { start -= UTF8Text.scalar(span, before: start).width }
      var end = place + width
      while end < span.count {
        let next = UTF8Text.scalar(span, at: end)
        if isInert(next.scalar) { break }
        end += next.width
      }
      result.append(contentsOf: text[copied..<start])
      compose(text[start..<end], edition.table, into: &result)
      copied = end
      place = end
    }
    guard copied > 0 else { return text }
    result.append(contentsOf: text[copied...])
    return result
  }

  /// Composed already, and never composed with what stands before it: everything below the
  /// combining marks, and blocks of whole scripts that have neither marks nor decompositions.
  @inline(__always)
  private static func isInert(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x300, 0x388...0x482, 0x2010...0x2027, 0x3001...0x3029, 0x3400...0x4dbf,
      0x4e00...0x9fff, 0xac00...0xd7a3, 0xff01...0xff9d, 0x1f300...0x1faff:
      true
    default: false
    }
  }

  private static func compose(
    _ stretch: ArraySlice<UInt8>, _ table: CompositionTable, into result: inout [UInt8]
  ) {
    let scalars = String(decoding: stretch, as: UTF8.self).unicodeScalars
    guard scalars.contains(where: table.isTouched) else {
      result.append(contentsOf: stretch)
      return
    }
    for scalar in composed(decomposed(scalars, table), table) {
      UTF8Text.append(scalar, to: &result)
    }
  }

  /// Every character taken apart, and every run of marks in order of their classes.
  private static func decomposed(
    _ scalars: String.UnicodeScalarView, _ table: CompositionTable
  ) -> [(scalar: Unicode.Scalar, order: Int)] {
    var result: [(scalar: Unicode.Scalar, order: Int)] = []
    var marks: [(rank: Int, scalar: Unicode.Scalar)] = []
    func flush() {
      // Marks of one class keep their order: the rank ends in the place.
      marks.sort { $0.rank < $1.rank }
      for mark in marks { result.append((mark.scalar, mark.rank >> 32)) }
      marks.removeAll(keepingCapacity: true)
    }
    for scalar in scalars {
      for part in table.decomposition(scalar) {
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
  private static func composed(
    _ parts: [(scalar: Unicode.Scalar, order: Int)], _ table: CompositionTable
  ) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var base: Int?
    var lastOrder = -1
    for (scalar, order) in parts {
      if let base, lastOrder < order, let joined = table.composition(result[base], scalar) {
        result[base] = joined
        continue
      }
      if order == 0 {
        base = result.count
        lastOrder = -1
      } else {
        lastOrder = order
      }
      result.append(scalar)
    }
    return result
  }
}
