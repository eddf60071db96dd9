import Containers

/// Base64 of short strings (RFC 4648, section 4), with its padding.
enum Base64 {
  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let pad = UInt8(ascii: "=")
  private static let invalid: UInt32 = 64

  /// The value of every byte as a digit, or `invalid`.
  private static let values: [UInt32] = {
    var values = [UInt32](repeating: invalid, count: 256)
    for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt32(value) }
    return values
  }()

  /// Appends what `text[range]` spells and returns true; false where it is no base64.
  static func decode(_ text: Span<UInt8>, _ range: Range<Int>, into bytes: inout [UInt8]) -> Bool {
    guard range.count % 4 == 0, !range.isEmpty else { return false }
    var end = range.upperBound
    while end > range.upperBound - 2, text[end - 1] == pad { end -= 1 }
    var group: UInt32 = 0
    var count = 0
    for place in range.lowerBound..<end {
      let value = values[Int(text[place])]
      guard value != invalid else { return false }
      group = group << 6 | value
      count += 1
      if count == 4 {
        bytes.append(UInt8(truncatingIfNeeded: group >> 16))
        bytes.append(UInt8(truncatingIfNeeded: group >> 8))
        bytes.append(UInt8(truncatingIfNeeded: group))
        (group, count) = (0, 0)
      }
    }
    if count == 3 { bytes.append(UInt8(truncatingIfNeeded: group >> 10)) }
    if count >= 2 { bytes.append(UInt8(truncatingIfNeeded: group >> (count == 3 ? 2 : 4))) }
    return true
  }

  static func append(_ bytes: ArraySlice<UInt8>, to text: inout [UInt8]) {
    var rest = bytes
    while !rest.isEmpty {
      let part = rest.prefix(3)
      rest = rest.dropFirst(3)
      var group: UInt32 = 0
      for byte in part { group = group << 8 | UInt32(byte) }
      group <<= UInt32(3 - part.count) * 8
      for digit in 0..<4 {
        text.append(
          digit <= part.count ? digits[Int(group >> UInt32(18 - digit * 6) & 63)] : pad)
      }
    }
  }
}
