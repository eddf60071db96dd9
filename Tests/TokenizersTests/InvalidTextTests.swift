import Testing

@testable import Tokenizers

@Suite struct InvalidTextTests {
  /// One for each U+FFFD that the tokenizers' own repair makes.
  @Test(
    arguments: [
      [], [0x61], [0xff], [0x61, 0xff, 0xfe], [0xc3], [0xe2, 0x82], [0xe2, 0x82, 0x61, 0xc0, 0x80],
      [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98, 0x80],
      [0xf0, 0x9f, 0x98, 0xf0, 0x9f, 0x98, 0x80, 0xff],
    ] as [[UInt8]])
  func countsWhatIsReplaced(_ text: [UInt8]) {
    let replaced = String(decoding: text, as: UTF8.self).unicodeScalars.count { $0 == "\u{FFFD}" }
    #expect(InvalidText(text)?.count ?? 0 == replaced)
  }

  @Test func findsTheFirst() {
    #expect(InvalidText(Array("né".utf8) + [0x80, 0x61, 0xff])?.firstOffset == 3)
  }
}
