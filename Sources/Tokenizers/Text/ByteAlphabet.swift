/// GPT-2's spelling of bytes as characters: every byte is one visible character, so that a
/// vocabulary of byte strings can be written as text.
///
/// Bytes that are visible in Latin-1 stand for themselves; the others, in order, take the
/// characters from U+0100.
enum ByteAlphabet {
  static let scalars: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (0..<256).map { byte in
      switch byte {
      case 0x21...0x7e, 0xa1...0xac, 0xae...0xff: return Unicode.Scalar(UInt8(byte))
      default:
        defer { next += 1 }
        return Unicode.Scalar(next) ?? "\u{fffd}"
      }
    }
  }()

  /// The byte that each of the first 0x144 scalars spells, or -1.
  private static let bytes: [Int16] = {
    var table = [Int16](repeating: -1, count: 0x144)
    for (byte, scalar) in scalars.enumerated() { table[Int(scalar.value)] = Int16(byte) }
    return table
  }()

  static func byte(_ scalar: Unicode.Scalar) -> UInt8? {
    guard scalar.value < bytes.count, bytes[Int(scalar.value)] >= 0 else { return nil }
    return UInt8(bytes[Int(scalar.value)])
  }

  /// Appends the bytes that `spelling` stands for and returns true; false, with nothing appended,
  /// where one of its characters spells no byte.
  static func decode(_ spelling: Span<UInt8>, into bytes: inout [UInt8]) -> Bool {
    let mark = bytes.count
    var place = 0
    while place < spelling.count {
      let (scalar, width) = UTF8Text.scalar(spelling, at: place)
      guard let byte = byte(scalar) else {
        bytes.removeLast(bytes.count - mark)
        return false
      }
      bytes.append(byte)
      place += width
    }
    return true
  }

  static func encode(_ text: some Sequence<UInt8>) -> [UInt8] {
    var spelled: [UInt8] = []
    append(text, to: &spelled)
    return spelled
  }

  static func append(_ text: some Sequence<UInt8>, to spelled: inout [UInt8]) {
    for byte in text {
      let value = scalars[Int(byte)].value
      // All are below U+0144: two bytes of UTF-8 at most.
      if value < 0x80 {
        spelled.append(UInt8(truncatingIfNeeded: value))
      } else {
        spelled.append(UInt8(truncatingIfNeeded: 0xc0 | value >> 6))
        spelled.append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3f))
      }
    }
  }
}
