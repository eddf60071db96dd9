import Tensors

/// How much of a file is stored in one type.
public struct TypeShare: Sendable {
  public let type: DType
  public let tensors: Int
  public let elements: Int
  public let bytes: Int
  /// Of the bytes of all tensors, from 0 to 1.
  public let share: Double
}

extension TensorFile {
  /// What is stored in which type, most bytes first.
  public var shares: [TypeShare] {
    let all = Double(max(1, tensorBytes))
    return Dictionary(grouping: tensors, by: \.dtype).map { type, tensors in
      let bytes = tensors.reduce(0) { $0 + $1.byteCount }
      return TypeShare(
        type: type, tensors: tensors.count, elements: tensors.reduce(0) { $0 + $1.elementCount },
        bytes: bytes, share: Double(bytes) / all)
    }.sorted { ($0.bytes, $0.type.rawValue) > ($1.bytes, $1.type.rawValue) }
  }

  private var tensorBytes: Int { tensors.reduce(0) { $0 + $1.byteCount } }

  public var bitsPerWeight: Double { tensors.bitsPerWeight }
}

extension Sequence<TensorInfo> {
  /// Bits of tensor data for each weight: headers, metadata and padding do not count.
  public var bitsPerWeight: Double {
    let (bytes, weights) = reduce((0, 0)) { ($0.0 + $1.byteCount, $0.1 + $1.elementCount) }
    return weights == 0 ? 0 : Double(bytes) * 8 / Double(weights)
  }
}
