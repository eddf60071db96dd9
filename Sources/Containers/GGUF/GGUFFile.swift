import Tensors

/// A GGUF file, version 2 or 3, little-endian.
///
/// After `init` every tensor is known to lie inside the file, aligned and apart from the others.
/// Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
public struct GGUFFile: TensorFile {
  /// The first bytes of every GGUF.
  public static let magic = Array("GGUF".utf8)
  static let defaultAlignment = 32

  public let format = "gguf"
  public let file: FileBytes
  public let version: UInt32
  public let alignment: Int
  public let tensors: [TensorInfo]
  public let metadata: Metadata
  /// Bytes after the last tensor and its padding; 0 in a file that is exactly what it says.
  public let trailingBytes: Int
  private let places: [String: (index: Int, offset: Int)]

  public var files: [FileBytes] { [file] }

  public init(path: String) throws(FormatError) { try self.init(FileBytes(path: path)) }

  public init(_ file: FileBytes) throws(FormatError) {
    let prefix = try file.prefix(512)
    guard prefix.starts(with: GGUFFile.magic) else {
      if let error = ForeignContent.error(prefix: prefix, file: file, expected: "a GGUF file") {
        throw error
      }
      throw FormatError(
        .damaged, "is not a GGUF file", file: file.path, offset: 0,
        expected: "the letters GGUF", found: "bytes \(prefix.prefix(4).map(Int.init))",
        remedy: "Check that the right file was downloaded.")
    }
    let mapped = unsafe try file.mapped()
    var parser = GGUFParser(unsafe mapped.bytes, file: file.path)
    try parser.parse()

    self.file = file
    version = parser.version
    metadata = parser.metadata
    alignment = parser.alignment

    let dataStart = GGUFFile.align(parser.headerEnd, to: parser.alignment)
    var places: [String: (index: Int, offset: Int)] = [:]
    var tensors: [TensorInfo] = []
    var expected = 0
    for (info, offset) in parser.tensors {
      guard offset == UInt64(expected) else {
        throw FormatError(
          .damaged,
          offset < UInt64(expected)
            ? "overlaps the tensor before it" : "does not follow the tensor before it",
          file: file.path, subject: info.name, expected: "offset \(expected)", found: "\(offset)",
          remedy: "The file is damaged or was made to mislead: download it again.")
      }
      // The size is the file's claim: no sum with it may be trusted to fit.
      let available = file.count - min(dataStart, file.count) - min(expected, file.count)
      guard info.byteCount <= available else {
        throw FormatError(
          .damaged, "the file is truncated inside this tensor", file: file.path,
          offset: file.count, subject: info.name, expected: "\(info.byteCount) bytes for it",
          found: "\(max(available, 0))",
          remedy: "Download it again (most tools resume where they stopped).")
      }
      places[info.name] = (tensors.count, dataStart + expected)
      tensors.append(info)
      expected = GGUFFile.align(expected + info.byteCount, to: parser.alignment)
    }
    self.places = places
    self.tensors = tensors
    trailingBytes = max(0, file.count - dataStart - expected)
  }

  /// The next multiple of `alignment`, a power of two of at most 2^31; `position` is within a file.
  static func align(_ position: Int, to alignment: Int) -> Int {
    (position + alignment - 1) & ~(alignment - 1)
  }

  public func tensor(named name: String) -> TensorInfo? { places[name].map { tensors[$0.index] } }

  public func location(of tensor: TensorInfo) throws(FormatError) -> TensorLocation {
    guard let place = places[tensor.name], tensors[place.index] == tensor else {
      throw FormatError(.missing, "no such tensor", file: file.path, subject: tensor.name)
    }
    return TensorLocation(file: file, offset: place.offset)
  }
}
