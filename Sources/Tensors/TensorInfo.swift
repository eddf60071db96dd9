/// Name, type, shape and size of one tensor in a file.
///
/// A container makes one only through `init?`, so `elementCount` and `byteCount` are known not
/// to overflow and to agree with the type's block size wherever a `TensorInfo` exists.
public struct TensorInfo: Hashable, Sendable {
  public let name: String
  public let dtype: DType
  public let shape: Shape
  public let elementCount: Int
  public let byteCount: Int

  /// Nil where the shape overflows, or where a row of a block type is not a whole number of blocks.
  /// Packed plain types (F4, F6) need only a whole number of bytes in total, as in safetensors.
  public init?(name: String, dtype: DType, shape: Shape) {
    guard let elements = shape.elementCount, let bytes = dtype.byteCount(elements: elements) else {
      return nil
    }
    if dtype.isQuantized, shape.rowLength % dtype.facts.blockElements != 0 { return nil }
    self.name = name
    self.dtype = dtype
    self.shape = shape
    self.elementCount = elements
    self.byteCount = bytes
  }
}
