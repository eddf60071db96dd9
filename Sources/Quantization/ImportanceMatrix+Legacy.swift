import Containers

/// The older layout, usually named `.dat`, little-endian:
///
///     int32   entries
///     each    int32 length, name; int32 calls; int32 count, count floats: calls × mean squares
///     int32   chunks, then int32 length, name of the text; both may be missing
extension ImportanceMatrix {
  static func read(legacy file: FileBytes) throws(FormatError) -> Contents {
    let bytes = try file.contents()
    var reader = ByteReader(bytes.span.bytes, file: file.path)
    var contents = Contents()
    let entries: Int32 = try reader.integer("the number of entries")
    // An entry is at least 13 bytes long.
    guard entries > 0, Int(entries) <= bytes.count / 13 else {
      throw FormatError(
        .damaged, "is not an importance matrix", file: file.path, offset: 0,
        expected: "a GGUF, or a number of entries that the file can hold", found: "\(entries)",
        remedy: "Make one with `assay imatrix`, or llama-imatrix.")
    }
    for index in 0..<entries {
      let name = try string(&reader, file.path, "the name of entry \(index)")
      let calls: Int32 = try reader.integer("the calls of entry \(index)")
      let count = try length(&reader, file.path, "the length of entry \(index)")
      let raw = try reader.array(UInt64(count) * 4, "the values of entry \(index)")
      let divisor = calls > 0 ? Float(calls) : 1
      let values = [Float](littleEndian: raw).map { $0 / divisor }
      guard contents.entries.updateValue(Entry(values: values), forKey: name) == nil else {
        throw FormatError(.damaged, "an entry stands twice", file: file.path, subject: name)
      }
    }
    if reader.remaining >= 4 {
      let chunks: Int32 = try reader.integer("the number of chunks")
      contents.chunkCount = Int(chunks)
      if reader.remaining >= 4 {
        contents.datasets = [try string(&reader, file.path, "the name of the text")]
      }
    }
    return contents
  }

  private static func string(_ reader: inout ByteReader, _ file: String, _ subject: String)
    throws(FormatError) -> String
  {
    let count = try length(&reader, file, subject)
    return String(decoding: try reader.array(UInt64(count), subject), as: UTF8.self)
  }

  private static func length(_ reader: inout ByteReader, _ file: String, _ subject: String)
    throws(FormatError) -> Int
  {
    let length: Int32 = try reader.integer(subject)
    guard length >= 0 else {
      throw FormatError(
        .damaged, "a length is negative", file: file, offset: reader.offset, subject: subject,
        found: "\(length)", remedy: "The file is damaged: make or download it again.")
    }
    return Int(length)
  }
}
