import Tensors

/// Ordered tensors and metadata, wherever the bytes are.
///
/// Safetensors, GGUF, sharded sets and packed archives all conform, so what works on one input
/// works on every input.
public protocol TensorFile: Sendable {
  /// `safetensors`, `gguf`, ...
  var format: String { get }
  /// The files that hold the data, in order.
  var files: [FileBytes] { get }
  /// In file order.
  var tensors: [TensorInfo] { get }
  /// In file order.
  var metadata: Metadata { get }

  func tensor(named name: String) -> TensorInfo?
  /// Where the bytes of a tensor stand, if they stand plainly in one file.
  func location(of tensor: TensorInfo) throws(FormatError) -> TensorLocation
  /// Reads bytes `range` of a tensor into `target`, which holds exactly that many; of a quantized
  /// tensor, whole blocks.
  func read(
    _ tensor: TensorInfo, _ range: Range<Int>, into target: UnsafeMutableRawBufferPointer
  ) throws(FormatError)
  /// The bytes of a tensor in memory, valid for as long as this file object lives: mapped, if they
  /// stand plainly in one file.
  func mapped(_ tensor: TensorInfo) throws(FormatError) -> UnsafeRawBufferPointer
  /// Memory that tensors take which could not be mapped.
  var copiedBytes: Int { get }
}

public struct TensorLocation: Sendable {
  public let file: FileBytes
  public let offset: Int
}

extension TensorFile {
  public func read(
    _ tensor: TensorInfo, _ range: Range<Int>, into target: UnsafeMutableRawBufferPointer
  ) throws(FormatError) {
    let location = try location(of: tensor)
    unsafe try location.file.read(into: target, at: location.offset + range.lowerBound)
  }

  public func mapped(_ tensor: TensorInfo) throws(FormatError) -> UnsafeRawBufferPointer {
    let location = try location(of: tensor)
    let file = unsafe try location.file.mapped()
    return unsafe UnsafeRawBufferPointer(
      rebasing: file[location.offset..<location.offset + tensor.byteCount])
  }

  /// Says how the mapped bytes of a tensor will be used.
  public func advise(_ use: PageUse, _ tensor: TensorInfo) {
    guard let location = try? location(of: tensor) else { return }
    location.file.advise(use, location.offset..<location.offset + tensor.byteCount)
  }

  /// All values of an F32 tensor. For small ones: the caller bounds how many there are.
  public func floats(of tensor: TensorInfo) throws(FormatError) -> [Float] {
    let location = try location(of: tensor)
    return [Float](
      littleEndian: try location.file.bytes(location.offset..<location.offset + tensor.byteCount))
  }

  public var copiedBytes: Int { 0 }
  public var byteCount: Int { files.reduce(0) { $0 + $1.count } }
  public var parameterCount: Int { tensors.reduce(0) { $0 + $1.elementCount } }
}

extension [Float] {
  /// The floats that whole groups of four bytes spell, lowest byte first.
  public init(littleEndian bytes: [UInt8]) {
    self = stride(from: 0, to: bytes.count - 3, by: 4).map { at in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) })
    }
  }
}
