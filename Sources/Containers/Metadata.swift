/// One metadata value, with the type that the file gives it.
///
/// The cases are GGUF's value types; safetensors' `__metadata__` holds strings only.
public enum MetadataValue: Hashable, Sendable {
  case uint8(UInt8), int8(Int8), uint16(UInt16), int16(Int16), uint32(UInt32), int32(Int32)
  case uint64(UInt64), int64(Int64), float32(Float), float64(Double), bool(Bool)
  case string(ByteString)
  case array(MetadataArray)

  public static func text(_ text: String) -> MetadataValue { .string(ByteString(text)) }

  public var int: Int? {
    switch self {
    case .uint8(let value): Int(value)
    case .int8(let value): Int(value)
    case .uint16(let value): Int(value)
    case .int16(let value): Int(value)
    case .uint32(let value): Int(value)
    case .int32(let value): Int(value)
    case .uint64(let value): Int(exactly: value)
    case .int64(let value): Int(exactly: value)
    case .float32, .float64, .bool, .string, .array: nil
    }
  }
  public var double: Double? {
    switch self {
    case .float32(let value): Double(value)
    case .float64(let value): value
    default: int.map(Double.init)
    }
  }
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  public var bytes: ByteString? { if case .string(let value) = self { value } else { nil } }
  public var string: String? { bytes?.text }
  public var array: MetadataArray? { if case .array(let value) = self { value } else { nil } }
}

/// A metadata array, packed: vocabularies are long, and a hostile count must not multiply memory.
public enum MetadataArray: Hashable, Sendable {
  case strings(ByteStrings)
  /// Numbers or booleans of one type, as the little-endian bytes of the file.
  case numbers(MetadataType, [UInt8])
  case arrays([MetadataArray])

  public static func int32(_ values: some Sequence<Int32>) -> MetadataArray {
    .numbers(
      .int32,
      values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } })
  }

  public static func float32(_ values: some Sequence<Float>) -> MetadataArray {
    .numbers(
      .float32,
      values.flatMap { value in
        (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) }
      })
  }

  public var type: MetadataType {
    switch self {
    case .strings: .string
    case .numbers(let type, _): type
    case .arrays: .array
    }
  }
  public var count: Int {
    switch self {
    case .strings(let strings): strings.count
    case .numbers(let type, let bytes): bytes.count / type.leastBytes
    case .arrays(let arrays): arrays.count
    }
  }
  public var strings: ByteStrings? {
    if case .strings(let strings) = self { strings } else { nil }
  }
  /// The elements of an array of numbers or booleans; nil for any other.
  public var values: [MetadataValue]? {
    guard case .numbers(let type, let bytes) = self else { return nil }
    let size = type.leastBytes
    return (0..<bytes.count / size).compactMap { index in
      var bits: UInt64 = 0
      for byte in bytes[index * size..<(index + 1) * size].reversed() {
        bits = bits << 8 | UInt64(byte)
      }
      return MetadataValue(type, bits: bits)
    }
  }
  /// The numbers of an integer array; nil for any other.
  public var ints: [Int]? {
    guard let values else { return nil }
    let ints = values.compactMap(\.int)
    return ints.count == values.count ? ints : nil
  }
}

/// `gguf_metadata_value_type` of the GGUF specification.
public enum MetadataType: UInt32, Sendable {
  case uint8 = 0, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64
  case float64
}

extension MetadataValue {
  public var type: MetadataType {
    switch self {
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .uint32: .uint32
    case .int32: .int32
    case .uint64: .uint64
    case .int64: .int64
    case .float32: .float32
    case .float64: .float64
    case .bool: .bool
    case .string: .string
    case .array: .array
    }
  }
}

/// Ordered metadata with unique keys.
public struct Metadata: Sendable, Equatable {
  public typealias Entry = (key: String, value: MetadataValue)
  public private(set) var entries: [Entry] = []
  private var positions: [String: Int] = [:]

  public init() {}
  public init(_ entries: [Entry]) { for entry in entries { self[entry.key] = entry.value } }

  /// Setting an existing key keeps its place; setting nil removes it.
  public subscript(key: String) -> MetadataValue? {
    get { positions[key].map { entries[$0].value } }
    set {
      switch (positions[key], newValue) {
      case (let position?, let value?): entries[position].value = value
      case (nil, let value?):
        positions[key] = entries.count
        entries.append((key, value))
      case (let position?, nil):
        entries.remove(at: position)
        positions = [:]
        for (index, entry) in entries.enumerated() { positions[entry.key] = index }
      case (nil, nil): break
      }
    }
  }

  public static func == (a: Metadata, b: Metadata) -> Bool {
    a.entries.elementsEqual(b.entries) { $0.key == $1.key && $0.value == $1.value }
  }
}

extension MetadataType {
  /// The bytes of a number; for strings and arrays the fewest that one takes in a file.
  var leastBytes: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64, .string: 8
    case .array: 12
    }
  }
}

extension MetadataValue {
  /// A number from its little-endian bits; nil for a type that is none.
  init?(_ type: MetadataType, bits: UInt64) {
    switch type {
    case .uint8: self = .uint8(UInt8(truncatingIfNeeded: bits))
    case .int8: self = .int8(Int8(truncatingIfNeeded: bits))
    case .uint16: self = .uint16(UInt16(truncatingIfNeeded: bits))
    case .int16: self = .int16(Int16(truncatingIfNeeded: bits))
    case .uint32: self = .uint32(UInt32(truncatingIfNeeded: bits))
    case .int32: self = .int32(Int32(truncatingIfNeeded: bits))
    case .uint64: self = .uint64(bits)
    case .int64: self = .int64(Int64(bitPattern: bits))
    case .float32: self = .float32(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case .float64: self = .float64(Double(bitPattern: bits))
    case .bool: self = .bool(bits != 0)
    case .string, .array: return nil
    }
  }
}
