import Tensors

/// Tensors of MXFP4 that a checkpoint holds in two: `X_blocks` U8 [..., n, 16] with `X_scales` U8
/// [..., n] is seen as `X_blocks` MXFP4 [..., 32·n], in ggml's layout. Everything else is as it is.
///
/// Blocks are put together when they are read, as many as are asked for.
public struct MicroscaledTensors: TensorFile {
  public static let codesSuffix = "_blocks"
  private static let scalesSuffix = "_scales"

  public let tensors: [TensorInfo]
  private let base: any TensorFile
  private let pairs: [String: Pair]
  private let infos: [String: Int]
  private let assembled = AssembledTensors()

  private struct Pair {
    let codes: TensorInfo
    let scales: TensorInfo
  }

  public var format: String { base.format }
  public var files: [FileBytes] { base.files }
  public var metadata: Metadata { base.metadata }

  /// Throws `.damaged` where codes lack their scales, or scales their codes, or the two do not fit.
  public init(_ base: any TensorFile) throws(FormatError) {
    var tensors: [TensorInfo] = []
    var pairs: [String: Pair] = [:]
    for tensor in base.tensors {
      if tensor.dtype == .u8, let stem = tensor.name.stem(before: Self.scalesSuffix) {
        guard base.tensor(named: stem + Self.codesSuffix) != nil else {
          throw Self.damaged(base, "has no tensor of blocks beside it", tensor)
        }
      } else if tensor.dtype == .u8, let stem = tensor.name.stem(before: Self.codesSuffix) {
        guard let scales = base.tensor(named: stem + Self.scalesSuffix) else {
          throw Self.damaged(base, "has no tensor of scales beside it", tensor)
        }
        let shape = tensor.shape.dimensions, blocks = Array(shape.dropLast())
        guard shape.count >= 3, shape.last == MicroscaledPairs.codeBytes else {
          throw Self.damaged(
            base, "is no tensor of MXFP4's blocks", tensor, expected: "U8 [..., rows, blocks, 16]")
        }
        guard scales.dtype == .u8, scales.shape.dimensions == blocks else {
          throw Self.damaged(
            base, "has other scales than blocks", scales, expected: "U8 \(Shape(blocks))")
        }
        let (columns, overflow) = blocks[blocks.count - 1].multipliedReportingOverflow(by: 32)
        guard !overflow,
          let info = TensorInfo(
            name: tensor.name, dtype: .mxfp4, shape: Shape(blocks.dropLast() + [columns]))
        else { throw Self.damaged(base, "its size overflows", tensor) }
        pairs[tensor.name] = Pair(codes: tensor, scales: scales)
        tensors.append(info)
      } else {
        tensors.append(tensor)
      }
    }
    self.base = base
    self.tensors = tensors
    self.pairs = pairs
    infos = Dictionary(
      tensors.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The tensors of bytes that `tensor`, the blocks of a pair, is written as.
  public static func parts(of tensor: TensorInfo) throws(FormatError) -> (
    codes: TensorInfo, scales: TensorInfo
  ) {
    let blocks = tensor.shape.dimensions.dropLast() + [tensor.shape.rowLength / 32]
    guard let stem = tensor.name.stem(before: codesSuffix), tensor.dtype == .mxfp4,
      let codes = TensorInfo(
        name: tensor.name, dtype: .u8, shape: Shape(blocks + [MicroscaledPairs.codeBytes])),
      let scales = TensorInfo(name: stem + scalesSuffix, dtype: .u8, shape: Shape(Array(blocks)))
    else {
      throw FormatError(.damaged, "cannot be written as blocks and scales", subject: tensor.name)
    }
    return (codes, scales)
  }

  public func tensor(named name: String) -> TensorInfo? { infos[name].map { tensors[$0] } }

  /// Throws `.unknown` for a tensor that stands in two places.
  public func location(of tensor: TensorInfo) throws(FormatError) -> TensorLocation {
    guard pairs[tensor.name] == nil else {
      throw FormatError(
        .unknown, "stands in two tensors: blocks and scales", file: files.first?.path,
        subject: tensor.name)
    }
    return try base.location(of: tensor)
  }

  /// - Precondition: of a pair, whole blocks.
  public func read(
    _ tensor: TensorInfo, _ range: Range<Int>, into target: UnsafeMutableRawBufferPointer
  ) throws(FormatError) {
    guard let pair = pairs[tensor.name] else {
      return unsafe try base.read(tensor, range, into: target)
    }
    let size = MicroscaledPairs.blockBytes
    precondition(range.lowerBound % size == 0 && range.count % size == 0)
    guard range.upperBound <= tensor.byteCount else {
      throw FormatError(.damaged, "is shorter than what is read of it", subject: tensor.name)
    }
    let (first, count) = (range.lowerBound / size, range.count / size)
    let width = MicroscaledPairs.codeBytes
    let scales = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer { unsafe scales.deallocate() }
    unsafe try base.read(pair.scales, first..<first + count, into: scales)
    unsafe try base.read(
      pair.codes, first * width..<(first + count) * width,
      into: UnsafeMutableRawBufferPointer(rebasing: target[count...]))
    unsafe MicroscaledPairs.join(scales: UnsafeRawBufferPointer(scales), blocks: target)
  }

  /// Of a pair, a copy in memory that lives as long as this file object and all of its copies.
  public func mapped(_ tensor: TensorInfo) throws(FormatError) -> UnsafeRawBufferPointer {
    guard pairs[tensor.name] != nil else { return unsafe try base.mapped(tensor) }
    return unsafe try assembled.bytes(of: tensor) { target throws(FormatError) in
      // A few megabytes at a time, on all processors.
      let step = MicroscaledPairs.blockBytes << 16
      nonisolated(unsafe) let target = unsafe target
      try Workers().run(count: (tensor.byteCount + step - 1) / step) {
        (piece, _) throws(FormatError) in
        let range = piece * step..<min((piece + 1) * step, tensor.byteCount)
        unsafe try read(tensor, range, into: UnsafeMutableRawBufferPointer(rebasing: target[range]))
      }
    }
  }

  public var copiedBytes: Int { assembled.byteCount }

  private static func damaged(
    _ file: any TensorFile, _ message: String, _ tensor: TensorInfo, expected: String? = nil
  ) -> FormatError {
    FormatError(
      .damaged, message, file: (try? file.location(of: tensor))?.file.path, subject: tensor.name,
      expected: expected, found: "\(tensor.dtype.name) \(tensor.shape)",
      remedy: "The download is incomplete, or its files do not belong together.")
  }
}

extension String {
  /// What stands before `suffix`; nil where it does not end so.
  fileprivate func stem(before suffix: String) -> String? {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : nil
  }
}
