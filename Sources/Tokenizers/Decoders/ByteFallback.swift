/// `ByteFallback`: tokens such as `<0x0A>` are bytes. A run of them that is no UTF-8 is as many U+FFFD.
enum ByteFallback {
  static func apply(to tokens: inout DecodedTokens) {
    var result = DecodedTokens(EmptyCollection())
    var bytes: [UInt8] = []
    func flush() {
      if bytes.isEmpty { return }
      if UTF8Text.isValid(bytes.span) {
        result.append(bytes)
      } else {
        for _ in bytes { result.append("\u{fffd}".utf8) }
      }
      bytes.removeAll(keepingCapacity: true)
    }
    tokens.forEach { _, token in
      if let byte = byte(token) {
        bytes.append(byte)
      } else {
        flush()
        result.append(token)
      }
    }
    flush()
    tokens = result
  }

  private static func byte(_ token: ArraySlice<UInt8>) -> UInt8? {
    guard token.count == 6, token.starts(with: "<0x".utf8), token.last == UInt8(ascii: ">") else {
      return nil
    }
    // A sign counts as part of a number to the reference.
    let digits = String(decoding: token.dropFirst(3).dropLast(), as: UTF8.self)
    return UInt8(digits, radix: 16)
  }
}
