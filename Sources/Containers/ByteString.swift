/// Bytes that are usually UTF-8 text, compared and hashed as bytes.
///
/// Swift's `String` compares by canonical equivalence, so two different vocabulary entries can be
/// equal strings. Keys that come from a file are therefore bytes.
public struct ByteString: Hashable, Sendable, Comparable {
  public var bytes: [UInt8]

  public init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
  public init(_ text: String) { bytes = Array(text.utf8) }

  public var count: Int { bytes.count }

  /// The text, with invalid UTF-8 replaced: for display only.
  public var text: String { String(decoding: bytes, as: UTF8.self) }
  /// The text, or nil where the bytes are not valid UTF-8.
  public var validText: String? { String(validating: bytes, as: UTF8.self) }

  public static func < (a: ByteString, b: ByteString) -> Bool {
    a.bytes.lexicographicallyPrecedes(b.bytes)
  }
}

extension ByteString: ExpressibleByStringLiteral, CustomStringConvertible {
  public init(stringLiteral value: String) { self.init(value) }
  public var description: String { text }
}

/// An immutable list of byte strings in one allocation: a vocabulary of 152,000 tokens is two arrays.
public struct ByteStrings: Hashable, Sendable, RandomAccessCollection {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  public init() {}
  public init(_ strings: some Sequence<ByteString>) {
    for string in strings { append(string.bytes[...]) }
  }

  public mutating func reserve(count: Int, bytes byteCount: Int) {
    ends.reserveCapacity(count)
    bytes.reserveCapacity(byteCount)
  }
  public mutating func append(_ string: ArraySlice<UInt8>) {
    bytes.append(contentsOf: string)
    ends.append(bytes.count)
  }
  /// Appends the next `count` bytes of `source`.
  mutating func append(_ source: RawSpan, _ range: Range<Int>) {
    unsafe source.withUnsafeBytes { unsafe bytes.append(contentsOf: $0[range]) }
    ends.append(bytes.count)
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { ends.count }
  /// The bytes of one string, without a copy.
  public func slice(_ index: Int) -> ArraySlice<UInt8> {
    bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }
  public subscript(index: Int) -> ByteString { ByteString(slice(index)) }
}
