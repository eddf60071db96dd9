import Containers

/// Text on its way through the normalizers.
struct NormalText: Sendable {
  /// Valid UTF-8.
  var bytes: [UInt8]
  /// How many bytes in front come from the first character of the whole text that is encoded.
  /// `Metaspace` asks: a piece is the first one where its first character does.
  var origin: Int

  /// A part of a text; `isFirst` says that it stands at the very beginning.
  init(_ part: ArraySlice<UInt8>, isFirst: Bool) {
    let bytes = Array(part)
    self.bytes = bytes
    origin = isFirst && !bytes.isEmpty ? UTF8Text.scalar(bytes.span, at: 0).width : 0
  }

  /// Replaces every character by what `body` appends for it.
  @inline(__always)
  mutating func mapScalars(_ body: (Unicode.Scalar, inout [UInt8]) -> Void) {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    let old = bytes
    let text = old.span
    var mapped = 0
    var place = 0
    while place < text.count {
      if place == origin { mapped = result.count }
      let (scalar, width) = UTF8Text.scalar(text, at: place)
      body(scalar, &result)
      place += width
    }
    origin = origin >= place ? result.count : mapped
    bytes = result
  }

  /// A text may grow under a normalizer or a decoder, as each of its characters may become several,
  /// but not without bound: a file that asks for that is damaged.
  static func limit(of count: Int) -> Int { (1 << 20) + 64 * count }

  static func grown(_ subject: String) -> FormatError {
    FormatError(
      .damaged, "the text grows beyond all measure", subject: subject,
      expected: "at most 64 bytes for each byte",
      remedy: "Get the tokenizer from its original source.")
  }
}
