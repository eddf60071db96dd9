import Tensors

/// Reads a GGUF header: counts, metadata, tensor infos. Counts are bounded by the bytes that remain,
/// so no allocation exceeds a small multiple of the file's size.
struct GGUFParser: ~Escapable {
  /// ggml's limits: `GGML_MAX_DIMS`, and the nesting that no real file exceeds.
  private static let dimensionLimit = 4
  private static let nestingLimit = 4
  private static let nameLimit: UInt64 = 65_535

  private var reader: ByteReader
  private let file: String
  private(set) var version: UInt32 = 0
  private(set) var metadata = Metadata()
  private(set) var tensors: [(info: TensorInfo, offset: UInt64)] = []
  private(set) var alignment = GGUFFile.defaultAlignment
  var headerEnd: Int { reader.offset }

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, file: String) {
    reader = ByteReader(bytes, file: file)
    self.file = file
  }

  @_lifetime(self: copy self)
  mutating func parse() throws(FormatError) {
    _ = try reader.range(4, "magic")
    version = try reader.integer("version")
    guard version == 2 || version == 3 else {
      let swapped = version.byteSwapped == 2 || version.byteSwapped == 3
      throw FormatError(
        .unknown, swapped ? "the file is big-endian" : "unknown GGUF version", file: file,
        offset: 4,
        expected: "version 2 or 3, little-endian", found: "\(version)",
        remedy: "Convert the model again with a current tool.")
    }
    let tensorCount: UInt64 = try reader.integer("tensor count")
    let entryCount: UInt64 = try reader.integer("metadata count")
    // The smallest entry has a key length, a type and one byte; the smallest tensor info, 24 bytes.
    try bound(entryCount, by: 13, "metadata count")
    for _ in 0..<entryCount {
      let place = reader.offset
      let key = try name("metadata key")
      let type = try type(of: key)
      let value = try value(type, key, depth: 0)
      guard metadata[key] == nil else {
        throw FormatError(
          .damaged, "duplicate metadata key", file: file, offset: place, subject: key)
      }
      metadata[key] = value
    }
    try readAlignment()
    try bound(tensorCount, by: 24, "tensor count")
    var names: Set<String> = []
    for _ in 0..<tensorCount {
      let place = reader.offset
      let entry = try tensor()
      guard names.insert(entry.info.name).inserted else {
        throw FormatError(
          .damaged, "duplicate tensor", file: file, offset: place, subject: entry.info.name)
      }
      tensors.append(entry)
    }
  }

  private func bound(_ count: UInt64, by size: Int, _ subject: String) throws(FormatError) {
    guard count <= UInt64(reader.remaining / size) else {
      throw FormatError(
        .damaged, "more entries than the file has room for", file: file, offset: reader.offset,
        subject: subject, expected: "at most \(reader.remaining / size)", found: "\(count)",
        remedy: "The file is truncated or damaged: download it again.")
    }
  }

  @_lifetime(self: copy self)
  private mutating func name(_ subject: String) throws(FormatError) -> String {
    let place = reader.offset
    let length: UInt64 = try reader.integer(subject)
    guard length <= GGUFParser.nameLimit else {
      throw FormatError(
        .damaged, "absurd length", file: file, offset: place, subject: subject,
        expected: "at most \(GGUFParser.nameLimit) bytes", found: "\(length)")
    }
    let bytes = try reader.array(length, subject)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FormatError(.damaged, "is not UTF-8", file: file, offset: place, subject: subject)
    }
    return text
  }

  @_lifetime(self: copy self)
  private mutating func type(of key: String) throws(FormatError) -> MetadataType {
    let place = reader.offset
    let code: UInt32 = try reader.integer(key)
    guard let type = MetadataType(rawValue: code) else {
      throw FormatError(
        .unknown, "unknown value type", file: file, offset: place, subject: key, found: "\(code)")
    }
    return type
  }

  @_lifetime(self: copy self)
  private mutating func value(_ type: MetadataType, _ key: String, depth: Int)
    throws(FormatError) -> MetadataValue
  {
    switch type {
    case .string:
      let length: UInt64 = try reader.integer(key)
      return .string(ByteString(try reader.array(length, key)))
    case .array: return .array(try array(key, depth: depth))
    default:
      let place = reader.offset
      let bytes = try reader.array(UInt64(type.leastBytes), key)
      try checkBooleans(type, bytes, key, at: place)
      let bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard let value = MetadataValue(type, bits: bits) else {
        throw FormatError(.damaged, "is no number", file: file, offset: place, subject: key)
      }
      return value
    }
  }

  private func checkBooleans(_ type: MetadataType, _ bytes: [UInt8], _ key: String, at place: Int)
    throws(FormatError)
  {
    if type == .bool, let wrong = bytes.first(where: { $0 > 1 }) {
      throw FormatError(
        .damaged, "a boolean is neither 0 nor 1", file: file, offset: place, subject: key,
        found: "\(wrong)")
    }
  }

  @_lifetime(self: copy self)
  private mutating func array(_ key: String, depth: Int) throws(FormatError) -> MetadataArray {
    guard depth < GGUFParser.nestingLimit else {
      throw FormatError(
        .damaged, "arrays nested too deep", file: file, offset: reader.offset, subject: key)
    }
    let type = try type(of: key)
    let count: UInt64 = try reader.integer(key)
    try bound(count, by: type.leastBytes, key)
    switch type {
    case .string:
      var strings = ByteStrings()
      strings.reserve(count: Int(count), bytes: Int(count) * 8)
      for _ in 0..<count {
        let length: UInt64 = try reader.integer(key)
        try reader.string(length, into: &strings, key)
      }
      return .strings(strings)
    case .array:
      var arrays: [MetadataArray] = []
      for _ in 0..<count { arrays.append(try array(key, depth: depth + 1)) }
      return .arrays(arrays)
    default:
      let place = reader.offset
      let bytes = try reader.array(count * UInt64(type.leastBytes), key)
      try checkBooleans(type, bytes, key, at: place)
      return .numbers(type, bytes)
    }
  }

  @_lifetime(self: copy self)
  private mutating func readAlignment() throws(FormatError) {
    guard let value = metadata["general.alignment"] else { return }
    guard let number = value.int, number > 0, number <= 1 << 31, number & (number - 1) == 0 else {
      throw FormatError(
        .damaged, "must be a power of two", file: file, subject: "general.alignment",
        found: value.int.map(String.init) ?? "\(value)",
        remedy: "The file was made to mislead, or by a broken tool: get it from another source.")
    }
    alignment = number
  }

  @_lifetime(self: copy self)
  private mutating func tensor() throws(FormatError) -> (info: TensorInfo, offset: UInt64) {
    let name = try name("tensor name")
    let place = reader.offset
    let rank: UInt32 = try reader.integer(name)
    guard rank <= GGUFParser.dimensionLimit else {
      throw FormatError(
        .damaged, "has too many dimensions", file: file, offset: place, subject: name,
        expected: "at most \(GGUFParser.dimensionLimit)", found: "\(rank)")
    }
    // GGUF lists the innermost dimension first.
    var dimensions: [Int] = []
    for _ in 0..<rank {
      let size: UInt64 = try reader.integer(name)
      guard let size = Int(exactly: size) else {
        throw FormatError(
          .damaged, "absurd dimension", file: file, offset: place, subject: name, found: "\(size)")
      }
      dimensions.insert(size, at: 0)
    }
    let code: UInt32 = try reader.integer(name)
    guard let dtype = DType(ggmlID: code) else {
      throw FormatError(
        .unknown, "its type is none that we know", file: file, offset: place, subject: name,
        found: "ggml type \(code)",
        remedy: "It may be newer than this tool, or a type that ggml has removed.")
    }
    let offset: UInt64 = try reader.integer(name)
    guard let info = TensorInfo(name: name, dtype: dtype, shape: Shape(dimensions)) else {
      throw FormatError(
        .damaged, "its size overflows, or its rows are no whole number of blocks", file: file,
        offset: place, subject: name, found: "\(dtype.name) \(Shape(dimensions))")
    }
    return (info, offset)
  }
}
