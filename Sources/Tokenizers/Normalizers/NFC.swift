import Foundation

/// Unicode's canonical composition.
///
/// The tables are those of the Foundation that this program runs with: a character that is newer
/// than they are is left as it is.
enum NFC {
  static func apply(_ text: [UInt8]) -> [UInt8] {
    guard let first = text.firstIndex(where: { $0 >= 0xcc }) else { return text }
    var result: [UInt8] = []
    // Only stretches that composition can touch go through Foundation.
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
      while start > copied {
        let before = UTF8Text.scalar(span, before: start)
        start -= before.width
        if isInert(before.scalar) { break }
      }
      var end = place + width
      while end < span.count {
        let next = UTF8Text.scalar(span, at: end)
        if isInert(next.scalar) { break }
        end += next.width
      }
      result.append(contentsOf: text[copied..<start])
      // Taken apart first: some versions of Foundation do not join a Hangul syllable and a final.
      result.append(
        contentsOf: String(decoding: text[start..<end], as: UTF8.self)
          .decomposedStringWithCanonicalMapping.precomposedStringWithCanonicalMapping.utf8)
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
    case 0..<0x300, 0x388...0x482, 0x2010...0x2027, 0x3001...0x3029,
      0x3400...0x4dbf, 0x4e00...0x9fff, 0xac00...0xd7a3, 0xff01...0xff9d, 0x1f300...0x1faff:
      true
    default: false
    }
  }
}
