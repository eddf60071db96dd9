import Architectures
import Checkpoints
import Containers
import Tensors

/// Small tensors whose values, not only their places, differ between the conventions.
enum MappedValues {
  /// What a tensor that is mapped becomes; nil for any other.
  static func gguf(_ tensor: FileTensor, _ model: Model) throws(FormatError) -> [Float]? {
    guard let map = map(of: tensor) else { return nil }
    return map.gguf(try values(tensor, model))
  }

  /// The source bytes of those whose values cannot be told from the GGUF's.
  static func entries(for model: Model) throws(FormatError) -> [Metadata.Entry] {
    var entries: [Metadata.Entry] = []
    for slot in model.slots {
      guard let map = slot.tensor.strips.first?.spec.map, map != .identity else { continue }
      let values = try values(slot.tensor, model)
      let back = map.huggingFace(map.gguf(values))
      if zip(values, back).allSatisfy({ $0.bitPattern == $1.bitPattern }) { continue }
      let bytes = try model.checkpoint.tensors.mapped(slot.info)
      entries.append(
        (SourceKeys.bytes + slot.info.name, .array(.numbers(.uint8, Array(bytes)))))
    }
    return entries
  }

  /// The way back: the remembered bytes where they are those of the file's values, else the nearest
  /// values.
  static func huggingFace(
    _ tensor: FileTensor, _ model: Model, as type: DType, _ problems: inout [Problem]
  ) throws(FormatError) -> ConversionPlan.Step.Source? {
    guard let map = map(of: tensor) else { return nil }
    let values = try values(tensor, model)
    let metadata = model.checkpoint.tensors.metadata
    guard case .array(.numbers(.uint8, let bytes))? = metadata[SourceKeys.bytes + tensor.name]
    else {
      return .values(map.huggingFace(values))
    }
    if let format = BlockFormat.of(type),
      type.byteCount(elements: values.count) == bytes.count
    {
      let remembered = bytes.withUnsafeBytes { decode($0, format, values.count) }
      let same = zip(map.gguf(remembered), values).allSatisfy { $0.bitPattern == $1.bitPattern }
      if same { return .bytes(bytes) }
    }
    problems.append(
      Problem(
        .warning, "stale-source-bytes", subject: tensor.name,
        "the file remembers other values than it holds; those that it holds were written"))
    return .values(map.huggingFace(values))
  }

  private static func map(of tensor: FileTensor) -> ValueMap? {
    tensor.strips.first.map(\.spec.map).flatMap { $0 == .identity ? nil : $0 }
  }

  /// The values that the model has for a file tensor, in that tensor's order.
  private static func values(_ tensor: FileTensor, _ model: Model) throws(FormatError) -> [Float] {
    var files: [Int: [Float]] = [:]
    for index in Set(tensor.strips.flatMap { model[$0.key] }.map(\.slot)) {
      let info = model.slots[index].info
      guard let format = BlockFormat.of(info.dtype) else {
        throw FormatError(
          .unknown, "values of this type cannot be converted", subject: info.name,
          found: info.dtype.name)
      }
      files[index] = decode(
        try model.checkpoint.tensors.mapped(info), format, info.elementCount)
    }
    return (0..<tensor.rows).map { row in
      guard let found = tensor.locate(row), let place = model.place(of: found.row, found.strip.key)
      else { return 0 }
      return files[place.slot]?[place.row] ?? 0
    }
  }

  private static func decode(
    _ bytes: UnsafeRawBufferPointer, _ format: BlockFormat, _ count: Int
  ) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      format.decode(bytes, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }
}
