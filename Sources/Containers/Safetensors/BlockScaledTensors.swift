import Synchronization
import Tensors

/// FP8 weights whose blocks have a scale in another tensor, `<name>_scale_inv`: they read as the F32
/// that they stand for, and the scales are not listed.
///
/// Source: transformers' `Fp8Dequantize` in `integrations/finegrained_fp8.py`.
public final class BlockScaledTensors: TensorFile {
  /// A block's rows and columns; those at a matrix's end may have fewer.
  public struct Block: Sendable {
    public let rows: Int
    public let columns: Int

    /// Nil where no block can be of that size.
    public init?(rows: Int, columns: Int) {
      guard 1...1 << 20 ~= rows, 1...1 << 20 ~= columns else { return nil }
      self.rows = rows
      self.columns = columns
    }
  }

  private struct Scaled {
    let codes: TensorInfo
    let scales: TensorInfo
    let columns: Int
    /// Scales of a row of blocks.
    let stride: Int
  }

  public let tensors: [TensorInfo]
  private let file: any TensorFile
  private let block: Block
  private let scaled: [String: Scaled]
  private let infos: [String: TensorInfo]
  private let copies = Mutex<[String: Copy]>([:])

  public var format: String { file.format }
  public var files: [FileBytes] { file.files }
  public var metadata: Metadata { file.metadata }
  /// How many tensors read as something else than their bytes.
  public var scaledCount: Int { scaled.count }

  /// Throws where FP8 weights have no scales, or not one for each block.
  public init(_ file: any TensorFile, block: Block) throws(FormatError) {
    self.file = file
    self.block = block
    var scaled: [String: Scaled] = [:]
    var infos: [String: TensorInfo] = [:]
    var tensors: [TensorInfo] = []
    for info in file.tensors where info.dtype == .f8_e4m3 {
      scaled[info.name] = try BlockScaledTensors.scaled(info, file, block)
    }
    let hidden = Set(scaled.values.map(\.scales.name))
    for info in file.tensors where !hidden.contains(info.name) {
      let shown =
        scaled[info.name] == nil
        ? info : TensorInfo(name: info.name, dtype: .f32, shape: info.shape)
      guard let shown else {
        throw FormatError(.damaged, "is too large", subject: info.name, found: "\(info.shape)")
      }
      tensors.append(shown)
      infos[info.name] = shown
    }
    self.scaled = scaled
    self.infos = infos
    self.tensors = tensors
  }

  private static func scaled(_ info: TensorInfo, _ file: any TensorFile, _ block: Block)
    throws(FormatError) -> Scaled
  {
    let name = info.name + "_scale_inv"
    let path = file.files.first?.path
    guard let scales = file.tensor(named: name) else {
      throw FormatError(
        .damaged, "FP8 weights have no scales", file: path, subject: info.name, expected: name,
        remedy: "The download is incomplete, or the weights are scaled in another way.")
    }
    let shape = info.shape.dimensions
    guard shape.count == 2, [.f32, .bf16].contains(scales.dtype) else {
      throw FormatError(
        .unknown, "FP8 weights that are scaled in a way that nothing here reads", file: path,
        subject: name, expected: "F32 or BF16 scales of a matrix",
        found: "\(scales.dtype.name) \(scales.shape) for \(info.shape)")
    }
    let rows = (shape[0] + block.rows - 1) / block.rows
    let columns = (shape[1] + block.columns - 1) / block.columns
    guard scales.shape.dimensions == [rows, columns] else {
      throw FormatError(
        .damaged, "is not one scale for each block", file: path, subject: name,
        expected: "[\(rows), \(columns)]", found: "\(scales.shape)")
    }
    return Scaled(codes: info, scales: scales, columns: shape[1], stride: columns)
  }

  public func tensor(named name: String) -> TensorInfo? { infos[name] }

  public func location(of tensor: TensorInfo) throws(FormatError) -> TensorLocation {
    guard scaled[tensor.name] == nil else {
      throw FormatError(
        .unknown, "its values stand in no file: they are made of two tensors", subject: tensor.name)
    }
    return try file.location(of: tensor)
  }

  public func read(
    _ tensor: TensorInfo, _ range: Range<Int>, into target: UnsafeMutableRawBufferPointer
  ) throws(FormatError) {
    guard let scaled = scaled[tensor.name] else {
      return unsafe try file.read(tensor, range, into: target)
    }
    guard range.lowerBound >= 0, range.lowerBound % 4 == 0, range.count % 4 == 0,
      range.upperBound / 4 <= scaled.codes.byteCount, target.count == range.count
    else { throw FormatError(.damaged, "a part of it that is not there", subject: tensor.name) }
    let elements = range.lowerBound / 4..<range.upperBound / 4
    let codes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, elements.count), alignment: 64)
    defer { unsafe codes.deallocate() }
    let part = unsafe UnsafeMutableRawBufferPointer(rebasing: codes[..<elements.count])
    unsafe try file.read(scaled.codes, elements, into: part)
    unsafe try decode(UnsafeRawBufferPointer(part), scaled, from: elements.lowerBound, into: target)
  }

  /// Values of the elements from `first` on. Weights are products in float32, as torch makes them.
  private func decode(
    _ codes: UnsafeRawBufferPointer, _ scaled: Scaled, from first: Int,
    into target: UnsafeMutableRawBufferPointer
  ) throws(FormatError) {
    let scales = unsafe try file.mapped(scaled.scales)
    let isWide = scaled.scales.dtype == .f32
    var index = 0
    while index < codes.count {
      let (row, column) = (first + index).quotientAndRemainder(dividingBy: scaled.columns)
      let end = min((column / block.columns + 1) * block.columns, scaled.columns)
      let place = row / block.rows * scaled.stride + column / block.columns
      let scale =
        isWide
        ? unsafe scales.loadUnaligned(fromByteOffset: 4 * place, as: Float.self)
        : Float(
          bitPattern: UInt32(
            unsafe scales.loadUnaligned(fromByteOffset: 2 * place, as: UInt16.self)) << 16)
      for at in index..<min(codes.count, index + end - column) {
        let value = FP8.e4m3[Int(unsafe codes[at])] * scale
        unsafe target.storeBytes(of: value, toByteOffset: 4 * at, as: Float.self)
      }
      index += end - column
    }
  }

  /// Values in memory, made when they are first asked for.
  public func mapped(_ tensor: TensorInfo) throws(FormatError) -> UnsafeRawBufferPointer {
    guard scaled[tensor.name] != nil else { return unsafe try file.mapped(tensor) }
    let outcome: Result<Copy, FormatError> = copies.withLock { copies in
      if let copy = copies[tensor.name] { return .success(copy) }
      let copy = Copy(byteCount: tensor.byteCount)
      do throws(FormatError) {
        unsafe try read(tensor, 0..<tensor.byteCount, into: copy.bytes)
      } catch { return .failure(error) }
      copies[tensor.name] = copy
      return .success(copy)
    }
    return unsafe UnsafeRawBufferPointer(try outcome.get().bytes)
  }

  public var copiedBytes: Int {
    copies.withLock { $0.values.reduce(0) { unsafe $0 + $1.bytes.count } }
  }
}

@safe private final class Copy: Sendable {
  nonisolated(unsafe) let bytes: UnsafeMutableRawBufferPointer

  init(byteCount: Int) {
    unsafe bytes = .allocate(byteCount: byteCount, alignment: 64)
  }

  deinit { unsafe bytes.deallocate() }
}

enum FP8 {
  /// What each byte of E4M3 without infinities stands for: a sign, four bits of exponent with a bias
  /// of 7, three of fraction; exponent and fraction of ones only are no number.
  static let e4m3: [Float] = (0..<256).map { byte in
    let (exponent, fraction) = (byte >> 3 & 15, Float(byte & 7) / 8)
    let magnitude: Float
    switch (exponent, byte & 7) {
    case (15, 7): magnitude = .nan
    case (0, _): magnitude = fraction / 64
    default: magnitude = (1 + fraction) * Float(sign: .plus, exponent: exponent - 7, significand: 1)
    }
    return byte < 128 ? magnitude : -magnitude
  }
}
