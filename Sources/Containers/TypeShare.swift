import Tensors

/// How much of a file is stored in one type.
public struct TypeShare: Sendable {
  public let type: DType
  public let tensors: Int
  public let elements: Int
  public let bytes: Int
}

extension TensorFile {
  /// What is stored in which type, most bytes first.
  public var shares: [TypeShare] {
    Dictionary(grouping: tensors, by: \.dtype).map { type, tensors in
      TypeShare(
        type: type, tensors: tensors.count, elements: tensors.reduce(0) { $0 + $1.elementCount },
        bytes: tensors.reduce(0) { $0 + $1.byteCount })
    }.sorted { ($0.bytes, $0.type.rawValue) > ($1.bytes, $1.type.rawValue) }
  }
}
