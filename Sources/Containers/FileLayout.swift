import Tensors

/// A file that is known to the byte before any of it is written: its header, and where each
/// tensor will stand. Workers can then write disjoint ranges in any order.
public struct FileLayout: Sendable {
  public struct Entry: Sendable {
    public let info: TensorInfo
    /// Offset of the first byte in the file.
    public let offset: Int
  }
  public let header: [UInt8]
  public let entries: [Entry]
  public let byteCount: Int
}
