import Tensors

/// Lays out a GGUF version 3 file, byte for byte as llama.cpp does from the same entries.
public enum GGUFWriter {
  /// Tensors and metadata keep the given order. `general.alignment` in the metadata is honoured.
  /// Throws `.unknown` where ggml has no id for a type.
  public static func layout(_ tensors: [TensorInfo], metadata: Metadata) throws(FormatError)
    -> FileLayout
  {
    let alignment = metadata["general.alignment"]?.int ?? GGUFFile.defaultAlignment
    guard alignment > 0, alignment <= 1 << 31, alignment & (alignment - 1) == 0 else {
      throw FormatError(
        .damaged, "must be a power of two", subject: "general.alignment", found: "\(alignment)")
    }
    var header = Output()
    header.bytes += GGUFFile.magic
    header.append(UInt32(3))
    header.append(UInt64(tensors.count))
    header.append(UInt64(metadata.entries.count))
    for (key, value) in metadata.entries {
      header.append(key.utf8)
      header.append(value.type.rawValue)
      header.append(value)
    }
    var position = 0
    var starts: [Int] = []
    for tensor in tensors {
      guard let id = tensor.dtype.facts.ggmlID else {
        throw FormatError(
          .unknown, "GGUF has no such type", subject: tensor.name, found: tensor.dtype.name,
          remedy: "Choose a type that ggml knows, such as --type bf16.")
      }
      header.append(tensor.name.utf8)
      header.append(UInt32(tensor.shape.dimensions.count))
      for dimension in tensor.shape.dimensions.reversed() { header.append(UInt64(dimension)) }
      header.append(id)
      header.append(UInt64(position))
      starts.append(position)
      let (end, overflow) = position.addingReportingOverflow(tensor.byteCount + alignment)
      guard !overflow else {
        throw FormatError(.damaged, "the file would be absurdly large", subject: tensor.name)
      }
      position = GGUFFile.align(end - alignment, to: alignment)
    }
    let dataStart = GGUFFile.align(header.bytes.count, to: alignment)
    header.bytes += [UInt8](repeating: 0, count: dataStart - header.bytes.count)
    return FileLayout(
      header: header.bytes,
      entries: zip(tensors, starts).map { .init(info: $0, offset: dataStart + $1) },
      byteCount: dataStart + position)
  }

  private struct Output {
    var bytes: [UInt8] = []

    mutating func append<T: FixedWidthInteger>(_ value: T) {
      for shift in stride(from: 0, to: T.bitWidth, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: value >> T(shift)))
      }
    }
    mutating func append(_ string: some Collection<UInt8>) {
      append(UInt64(string.count))
      bytes.append(contentsOf: string)
    }
    mutating func append(_ value: MetadataValue) {
      switch value {
      case .uint8(let value): append(value)
      case .int8(let value): append(value)
      case .uint16(let value): append(value)
      case .int16(let value): append(value)
      case .uint32(let value): append(value)
      case .int32(let value): append(value)
      case .uint64(let value): append(value)
      case .int64(let value): append(value)
      case .float32(let value): append(value.bitPattern)
      case .float64(let value): append(value.bitPattern)
      case .bool(let value): append(UInt8(value ? 1 : 0))
      case .string(let value): append(value.bytes)
      case .array(let array): append(array)
      }
    }
    mutating func append(_ array: MetadataArray) {
      append(array.type.rawValue)
      append(UInt64(array.count))
      switch array {
      case .strings(let strings): for index in strings.indices { append(strings.slice(index)) }
      case .numbers(_, let bytes): self.bytes += bytes
      case .arrays(let arrays): for array in arrays { append(array) }
      }
    }
  }
}
