/// The places at which bytes are no UTF-8: the maximal invalid parts, each of which a tokenizer reads
/// as one U+FFFD.
public struct InvalidText: Sendable, Equatable {
  public private(set) var count = 0
  public private(set) var firstOffset = 0

  /// Nil where there is none.
  public init?(_ text: [UInt8]) {
    var rest = text.span
    var passed = 0
    while let range = InvalidText.firstError(rest) {
      if count == 0 { firstOffset = passed + range.lowerBound }
      count += 1
      // Never empty; a part of no bytes would be looked at for ever.
      let end = max(range.upperBound, range.lowerBound + 1)
      passed += end
      rest = rest.extracting(droppingFirst: end)
    }
    if count == 0 { return nil }
  }

  private static func firstError(_ text: Span<UInt8>) -> Range<Int>? {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: text)
      return nil
    } catch { return error.byteOffsets }
  }
}
