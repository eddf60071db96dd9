import Tensors

/// Lays out a safetensors file.
public enum SafetensorsWriter {
  /// The safetensors library's order: wide types first, so that every tensor is aligned to its
  /// element, then by name.
  public static func precedes(_ a: TensorInfo, _ b: TensorInfo) -> Bool {
    let (left, right) = (a.dtype.bitsPerWeight, b.dtype.bitsPerWeight)
    if left != right { return left > right }
    return a.dtype != b.dtype
      ? a.dtype.rawValue < b.dtype.rawValue : ByteString(a.name) < ByteString(b.name)
  }

  /// Tensors keep the given order. The header is padded with spaces so that data starts at a
  /// multiple of 8 bytes, as the safetensors library does.
  /// Throws `.unknown` where safetensors has no code for a type.
  public static func layout(_ tensors: [TensorInfo], metadata: Metadata) throws(FormatError)
    -> FileLayout
  {
    var header: [JSONValue.Member] = []
    if !metadata.entries.isEmpty {
      let members = metadata.entries.map { entry in
        JSONValue.Member(key: entry.key, value: .string(entry.value.string ?? ""))
      }
      header.append(.init(key: "__metadata__", value: .object(members)))
    }
    var position = 0
    var starts: [Int] = []
    for tensor in tensors {
      guard let code = tensor.dtype.facts.safetensorsCode else {
        throw FormatError(
          .unknown, "safetensors has no such type", subject: tensor.name, found: tensor.dtype.name,
          remedy: "Choose a plain type, such as --type bf16.")
      }
      let (end, overflow) = position.addingReportingOverflow(tensor.byteCount)
      guard !overflow else {
        throw FormatError(.damaged, "the file would be absurdly large", subject: tensor.name)
      }
      header.append(
        .init(
          key: tensor.name,
          value: [
            "dtype": .string(code), "shape": .array(tensor.shape.dimensions.map(JSONValue.int)),
            "data_offsets": [.int(position), .int(end)],
          ]))
      starts.append(position)
      position = end
    }
    var text = Array(JSONValue.object(header).serialized().utf8)
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> ($0 * 8)) } + text
    return FileLayout(
      header: bytes,
      entries: zip(tensors, starts).map { .init(info: $0, offset: bytes.count + $1) },
      byteCount: bytes.count + position)
  }
}
