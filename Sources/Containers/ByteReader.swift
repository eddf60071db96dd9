/// A cursor over bytes that nobody vouches for. Every read throws where the bytes end; none traps.
///
/// The reader cannot outlive its bytes. Offsets in errors count from the start of the file.
public struct ByteReader: ~Escapable {
  private let bytes: RawSpan
  private let file: String
  public private(set) var offset: Int

  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan, file: String, offset: Int = 0) {
    self.bytes = bytes
    self.file = file
    self.offset = min(max(offset, 0), bytes.byteCount)
  }

  public var remaining: Int { bytes.byteCount - offset }

  /// Advances over `count` bytes and returns their range.
  @_lifetime(self: copy self)
  public mutating func range(_ count: UInt64, _ subject: @autoclosure () -> String)
    throws(FormatError) -> Range<Int>
  {
    guard count <= UInt64(remaining) else {
      throw FormatError(
        .damaged, "the file ends inside this field", file: file, offset: offset,
        subject: subject(), expected: "\(count) more bytes", found: "\(remaining)",
        remedy: "The file is truncated or damaged: download it again.")
    }
    let start = offset
    offset += Int(count)
    return start..<offset
  }

  /// Reads a little-endian integer.
  @_lifetime(self: copy self)
  public mutating func integer<T: FixedWidthInteger>(
    _ subject: @autoclosure () -> String
  ) throws(FormatError) -> T {
    let range = try range(UInt64(T.bitWidth / 8), subject())
    var value: T = 0
    for index in range.reversed() {
      value = value << 8 | T(truncatingIfNeeded: bytes.byte(at: index))
    }
    return value
  }

  /// Copies `count` bytes.
  @_lifetime(self: copy self)
  public mutating func array(_ count: UInt64, _ subject: @autoclosure () -> String)
    throws(FormatError) -> [UInt8]
  {
    let range = try range(count, subject())
    return unsafe bytes.withUnsafeBytes { unsafe Array($0[range]) }
  }

  /// Appends the next `count` bytes to `strings` as one string.
  @_lifetime(self: copy self)
  public mutating func string(
    _ count: UInt64, into strings: inout ByteStrings, _ subject: @autoclosure () -> String
  ) throws(FormatError) {
    let range = try range(count, subject())
    strings.append(bytes, range)
  }
}

extension RawSpan {
  /// One byte. A caller's wrong index stops the program instead of reading beyond the bytes.
  @inline(__always)
  func byte(at index: Int) -> UInt8 {
    precondition(index >= 0 && index < byteCount)
    return unsafe unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
  }
}
