import Containers
import Tensors

/// The current layout: a GGUF that holds, for each tensor, `NAME.in_sum2` [experts][columns], sums of
/// squares, and `NAME.counts` [experts], of how many rows.
extension ImportanceMatrix {
  static func read(_ file: GGUFFile) throws(FormatError) -> Contents {
    var contents = Contents()
    contents.datasets =
      file.metadata["imatrix.datasets"]?.array?.strings?.map(\.text)
      ?? []
    contents.chunkCount = file.metadata["imatrix.chunk_count"]?.int
    for info in file.tensors where info.name.hasSuffix(".in_sum2") {
      let name = String(info.name.dropLast(".in_sum2".count))
      let sums = try floats(of: info, in: file)
      guard let countInfo = file.tensor(named: name + ".counts") else {
        throw FormatError(
          .damaged, "sums without counts", file: file.file.path, subject: name,
          expected: "a tensor \(name).counts")
      }
      let counts = try floats(of: countInfo, in: file)
      guard !counts.isEmpty, sums.count % counts.count == 0 else {
        throw FormatError(
          .damaged, "sums and counts do not match", file: file.file.path, subject: name,
          expected: "a whole number of sums for each count",
          found: "\(sums.count) sums, \(counts.count) counts")
      }
      contents.entries[name] = mean(sums, counts)
    }
    guard !contents.entries.isEmpty else {
      throw FormatError(
        .damaged, "is a GGUF, but no importance matrix", file: file.file.path,
        expected: "tensors that end in .in_sum2",
        remedy: "Make one with `assay imatrix`, or llama-imatrix.")
    }
    return contents
  }

  /// Sums divided by counts, which llama.cpp rounds to whole numbers. An expert that was never used
  /// weighs its columns alike.
  private static func mean(_ sums: [Float], _ counts: [Float]) -> Entry {
    let columns = sums.count / counts.count
    var values: [Float] = []
    values.reserveCapacity(sums.count)
    for (expert, count) in counts.enumerated() {
      let rounded = count.rounded(.toNearestOrAwayFromZero)
      for sum in sums[expert * columns..<(expert + 1) * columns] {
        values.append(rounded > 0 ? sum / rounded : 1)
      }
    }
    return Entry(values: values, unused: counts.count { !($0.rounded() > 0) })
  }

  private static func floats(of info: TensorInfo, in file: GGUFFile) throws(FormatError) -> [Float]
  {
    guard info.dtype == .f32 else {
      throw FormatError(
        .damaged, "is not of the type that an importance matrix has", file: file.file.path,
        subject: info.name, expected: "F32", found: info.dtype.name)
    }
    return try file.floats(of: info)
  }
}
