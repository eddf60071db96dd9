import Containers
import Tensors

/// How much each column of each matrix matters: the mean square of what was multiplied with it over
/// a calibration text.
///
/// Source: llama.cpp, `tools/imatrix` and `common/imatrix-loader.cpp`.
public struct ImportanceMatrix: Sendable {
  /// One weight per column for each expert of a tensor, experts one after another.
  public struct Entry: Sendable, Equatable {
    public let values: [Float]
    /// Experts that no token was routed to: their columns all weigh the same.
    public let unused: Int

    public init(values: [Float], unused: Int = 0) {
      self.values = values
      self.unused = unused
    }
  }

  public let path: String
  /// By GGUF tensor name.
  public let entries: [String: Entry]
  public let datasets: [String]
  /// Pieces of text that were run; nil where the file does not say.
  public let chunkCount: Int?

  /// Reads either of llama.cpp's layouts. Throws `.damaged` for anything else, and where a weight is
  /// negative or not finite.
  public init(path: String) throws(FormatError) {
    self.path = path
    let file = try FileBytes(path: path)
    let contents =
      try file.prefix(GGUFFile.magic.count).elementsEqual(GGUFFile.magic)
      ? ImportanceMatrix.read(GGUFFile(file)) : ImportanceMatrix.read(legacy: file)
    entries = contents.entries
    datasets = contents.datasets
    chunkCount = contents.chunkCount
    for (name, entry) in entries {
      guard let column = entry.values.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) else {
        continue
      }
      throw FormatError(
        .damaged, "an importance is not a finite number from 0 up", file: path,
        subject: "\(name), column \(column)", found: "\(entry.values[column])",
        remedy: "Make the matrix again: the model computed values that are not numbers.")
    }
  }

  struct Contents {
    var entries: [String: Entry] = [:]
    var datasets: [String] = []
    var chunkCount: Int?
  }

  /// The weights of a tensor, one for each column of each expert; nil where there are none.
  /// Throws where there are, but of another shape. llama.cpp's matrices never fit the token
  /// embedding, which is looked up, not multiplied: it goes without.
  public func weights(for name: String, rowLength: Int, experts: Int, isEmbedding: Bool)
    throws(FormatError) -> [Float]?
  {
    guard let values = entries[name]?.values else { return nil }
    let (expected, overflow) = rowLength.multipliedReportingOverflow(by: experts)
    if !overflow, values.count == expected { return values }
    if isEmbedding { return nil }
    throw FormatError(
      .damaged, "the importance matrix is of another model", file: path, subject: name,
      expected: "\(rowLength) columns of \(experts) experts", found: "\(values.count) weights",
      remedy: "Make one with this model: `assay imatrix`, or llama-imatrix.")
  }
}

extension ImportanceMatrix {
  /// What llama-quantize writes of the matrix that it used.
  public var metadata: [Metadata.Entry] {
    var metadata: [Metadata.Entry] = [("quantize.imatrix.file", ImportanceMatrix.cut(path))]
    if let dataset = datasets.first {
      metadata.append(("quantize.imatrix.dataset", ImportanceMatrix.cut(dataset)))
    }
    metadata.append(("quantize.imatrix.entries_count", .uint32(UInt32(clamping: entries.count))))
    if let chunkCount, chunkCount > 0 {
      metadata.append(("quantize.imatrix.chunks_count", .uint32(UInt32(clamping: chunkCount))))
    }
    return metadata
  }

  /// llama-quantize's overrides hold 127 bytes.
  private static func cut(_ text: String) -> MetadataValue {
    .string(ByteString(text.utf8.prefix(127)))
  }
}
