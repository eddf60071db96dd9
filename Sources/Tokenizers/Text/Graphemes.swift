/// User-perceived characters (UAX #29).
enum Graphemes {
  /// Where the grapheme ends that starts at `start`, which is where one starts.
  @inline(__always)
  static func end(in text: Span<UInt8>, after start: Int) -> Int {
    let (scalar, width) = UTF8Text.scalar(text, at: start)
    let next = start + width
    if next == text.count { return next }
    if isPlain(scalar), isPlain(UTF8Text.scalar(text, at: next).scalar) { return next }
    return searched(in: text, after: start)
  }

  /// Long enough for any grapheme whose end matters to anybody.
  private static let window = 64

  private static func searched(in text: Span<UInt8>, after start: Int) -> Int {
    var length = window
    while true {
      var end = min(start + length, text.count)
      while end < text.count, text[end] & 0xc0 == 0x80 { end += 1 }
      let bytes = text.extracting(start..<end)
      let string = bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
      let width = string.first?.utf8.count ?? bytes.count
      if width < bytes.count || end == text.count { return start + width }
      length *= 4
    }
  }

  /// Neither joins what stands before it nor lets another plain one join it.
  @inline(__always)
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xd: false
    case 0..<0x300, 0x370..<0x483, 0x3041..<0x3097, 0x30a1..<0x30ff, 0x4e00..<0xa000: true
    default: false
    }
  }
}
