import Tensors

/// A safetensors file: an 8-byte header length, a JSON header, then the tensors' bytes.
///
/// Validation is as strict as the safetensors library's, and stricter in one place: duplicate keys
/// are an error. After `init` every tensor is known to lie inside the file.
/// Source: https://github.com/huggingface/safetensors#format
public struct SafetensorsFile: TensorFile {
  /// The library's own limit on the header, in bytes.
  public static let headerLimit = 100_000_000

  public let format = "safetensors"
  public let file: FileBytes
  public let tensors: [TensorInfo]
  public let metadata: Metadata
  private let offsets: [String: (index: Int, offset: Int)]

  public var files: [FileBytes] { [file] }

  public init(path: String) throws(FormatError) { try self.init(FileBytes(path: path)) }

  public init(_ file: FileBytes) throws(FormatError) {
    self.file = file
    let header = try SafetensorsFile.header(of: file)
    let json = try JSON(header, file: file.path, base: 8)
    guard json.kind == .object else {
      throw FormatError(
        .damaged, "the header is not a JSON object", file: file.path, offset: 8)
    }

    var metadata = Metadata()
    var entries: [(info: TensorInfo, begin: Int, end: Int)] = []
    for (key, value) in json.members {
      let name = String(decoding: key, as: UTF8.self)
      if name == "__metadata__" {
        for (key, value) in value.members {
          guard let text = value.bytes else {
            throw FormatError(
              .damaged, "a metadata value is not a string", file: file.path, offset: 8,
              subject: "__metadata__." + String(decoding: key, as: UTF8.self))
          }
          metadata[String(decoding: key, as: UTF8.self)] = .string(text)
        }
      } else {
        entries.append(try SafetensorsFile.entry(name, value, file: file.path))
      }
    }
    entries.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    try SafetensorsFile.validate(entries, dataStart: 8 + header.count, file: file)

    self.metadata = metadata
    tensors = entries.map(\.info)
    var offsets: [String: (index: Int, offset: Int)] = [:]
    for (index, entry) in entries.enumerated() {
      offsets[entry.info.name] = (index, 8 + header.count + entry.begin)
    }
    guard offsets.count == entries.count else {
      throw FormatError(
        .damaged, "two tensor names differ only in Unicode composition", file: file.path, offset: 8)
    }
    self.offsets = offsets
  }

  public func tensor(named name: String) -> TensorInfo? {
    offsets[name].map { tensors[$0.index] }
  }

  public func location(of tensor: TensorInfo) throws(FormatError) -> TensorLocation {
    guard let entry = offsets[tensor.name], tensors[entry.index] == tensor else {
      throw FormatError(.missing, "no such tensor", file: file.path, subject: tensor.name)
    }
    return TensorLocation(file: file, offset: entry.offset)
  }

  private static func header(of file: FileBytes) throws(FormatError) -> [UInt8] {
    let prefix = try file.prefix(512)
    let expected = "a safetensors file (8 bytes of header length, then JSON)"
    if let error = ForeignContent.error(prefix: prefix, file: file, expected: expected) {
      throw error
    }
    guard prefix.count >= 8 else {
      throw FormatError(
        .damaged, "the file is too short to be a safetensors file", file: file.path,
        expected: "at least 8 bytes", found: "\(file.count)", remedy: "Download it again.")
    }
    let length = prefix[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(headerLimit) else {
      throw FormatError(
        .damaged, "the header length is absurd", file: file.path, offset: 0,
        expected: "at most \(headerLimit) bytes", found: "\(length)",
        remedy: "This is not a safetensors file, or it is damaged: download it again.")
    }
    guard Int(length) <= file.count - 8 else {
      throw FormatError(
        .damaged, "the file ends inside its header", file: file.path, offset: file.count,
        expected: "a header of \(length) bytes", found: "\(file.count - 8) bytes",
        remedy: "The file is truncated: download it again.")
    }
    return try file.bytes(8..<8 + Int(length))
  }

  private static func entry(_ name: String, _ value: JSON, file: String) throws(FormatError)
    -> (info: TensorInfo, begin: Int, end: Int)
  {
    func error(_ message: String, found: String? = nil, _ kind: FormatError.Kind = .damaged)
      -> FormatError
    {
      FormatError(kind, message, file: file, offset: 8, subject: name, found: found)
    }
    for (key, _) in value.members {
      let key = String(decoding: key, as: UTF8.self)
      guard ["dtype", "shape", "data_offsets"].contains(key) else {
        throw error("unknown field in the header", found: key)
      }
    }
    guard let code = value["dtype"]?.string else { throw error("has no dtype") }
    guard let dtype = DType(safetensorsCode: code) else {
      throw error("its dtype is none that we know", found: code, .unknown)
    }
    guard let shape = value["shape"], shape.kind == .array,
      let offsets = value["data_offsets"], offsets.kind == .array, offsets.count == 2
    else { throw error("its shape or data_offsets is missing or malformed") }
    let dimensions = shape.elements.compactMap(\.int), ends = offsets.elements.compactMap(\.int)
    guard dimensions.count == shape.count, dimensions.allSatisfy({ $0 >= 0 }), ends.count == 2,
      ends[0] >= 0, ends[1] >= ends[0]
    else { throw error("its shape or data_offsets holds something else than sizes in order") }
    guard let info = TensorInfo(name: name, dtype: dtype, shape: Shape(dimensions)) else {
      throw error(
        "its size overflows, or is no whole number of bytes",
        found: "\(code) \(Shape(dimensions))")
    }
    guard info.byteCount == ends[1] - ends[0] else {
      throw FormatError(
        .damaged, "its shape and its data_offsets disagree", file: file, offset: 8, subject: name,
        expected: "\(info.byteCount) bytes for \(code) \(Shape(dimensions))",
        found: "\(ends[1] - ends[0]) bytes")
    }
    return (info, ends[0], ends[1])
  }

  /// Tensors, in order of offset, must cover the data from its start to the file's end.
  private static func validate(
    _ entries: [(info: TensorInfo, begin: Int, end: Int)], dataStart: Int, file: FileBytes
  ) throws(FormatError) {
    var position = 0
    for entry in entries {
      guard entry.begin == position else {
        throw FormatError(
          .damaged,
          entry.begin < position ? "overlaps the tensor before it" : "leaves a hole before it",
          file: file.path, offset: 8, subject: entry.info.name,
          expected: "data_offsets that begin at \(position)", found: "\(entry.begin)",
          remedy: "The header is damaged or was made to mislead: download the file again.")
      }
      position = entry.end
    }
    let available = file.count - dataStart
    guard position == available else {
      let difference = abs(position - available)
      throw FormatError(
        .damaged,
        position > available
          ? "the file is truncated: \(difference) bytes are missing"
          : "\(difference) bytes follow the last tensor",
        file: file.path, offset: file.count, expected: "\(position) bytes of data",
        found: "\(available)", remedy: "Download it again (most tools resume where they stopped).")
    }
  }
}
