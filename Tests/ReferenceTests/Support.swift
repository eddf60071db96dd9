import Foundation
import Reference
import Tensors

/// SplitMix64: the same numbers from the same seed on every machine.
struct Random: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func floats(_ count: Int, in range: ClosedRange<Float> = -2...2) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }
}

extension RowDecoder {
  static let f32 = RowDecoder(dtype: .f32) { blocks, values, count in
    guard let blocks, let values else { return }
    for i in 0..<count {
      values[i] = blocks.loadUnaligned(fromByteOffset: 4 * i, as: Float.self)
    }
  }
  static let bf16 = RowDecoder(dtype: .bf16) { blocks, values, count in
    guard let blocks, let values else { return }
    for i in 0..<count {
      let half = blocks.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)
      values[i] = Float(bitPattern: UInt32(half) << 16)
    }
  }
  /// A block type of 32: q · d with one float scale, 36 bytes (Q8_1's size), so that the path of a
  /// quantized format is tested without any format's own kernels.
  static let blocks = RowDecoder(dtype: .q8_1) { blocks, values, count in
    guard let blocks, let values else { return }
    for i in 0..<count {
      let block = blocks + i / 32 * 36
      let scale = block.loadUnaligned(as: Float.self)
      values[i] = Float(block.load(fromByteOffset: 4 + i % 32, as: Int8.self)) * scale
    }
  }
}

/// A matrix in some type, and the same as floats.
struct Matrix {
  let decoder: RowDecoder
  let bytes: [UInt8]
  let floats: [Float]
  let rows: Int
  let columns: Int

  init(_ decoder: RowDecoder, rows: Int, columns: Int, using random: inout Random) {
    self.decoder = decoder
    self.rows = rows
    self.columns = columns
    let count = decoder.dtype.byteCount(elements: rows * columns) ?? 0
    var bytes = [UInt8](repeating: 0, count: count)
    switch decoder.dtype {
    case .f32:
      bytes = random.floats(rows * columns).flatMap { value in
        withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
      }
    case .bf16:
      bytes = random.floats(rows * columns).flatMap { value in
        withUnsafeBytes(of: UInt16(value.bitPattern >> 16).littleEndian) { Array($0) }
      }
    default:
      for start in stride(from: 0, to: count, by: 36) {
        let scale = Float.random(in: 0.001...0.01, using: &random)
        withUnsafeBytes(of: scale.bitPattern.littleEndian) {
          bytes.replaceSubrange(start..<start + 4, with: $0)
        }
        for i in 4..<36 { bytes[start + i] = UInt8.random(in: 0...255, using: &random) }
      }
    }
    var floats = [Float](repeating: 0, count: rows * columns)
    if !floats.isEmpty { decoder.decode(bytes, &floats, rows * columns) }
    self.bytes = bytes
    self.floats = floats
  }

  /// Random weights as `format` stores them, and what its plain decoder says they are.
  init(
    _ format: BlockFormat, _ kernels: Kernels, rows: Int, columns: Int, using random: inout Random
  ) {
    decoder = format.rowDecoder(kernels)
    self.rows = rows
    self.columns = columns
    let count = rows * columns
    var bytes = [UInt8](repeating: 0, count: format.dtype.byteCount(elements: count) ?? 0)
    var floats = random.floats(count)
    let importance = random.floats(columns, in: 0...1)
    bytes.withUnsafeMutableBytes { bytes in
      floats.withUnsafeMutableBufferPointer { floats in
        importance.withUnsafeBufferPointer { importance in
          format.encode(
            UnsafeBufferPointer(floats), rowLength: columns, importance: importance, into: bytes,
            kernels: kernels)
        }
        format.reference.decode(UnsafeRawBufferPointer(bytes), floats)
      }
    }
    self.bytes = bytes
    self.floats = floats
  }

  /// x · wᵀ by the kernels.
  func multiply(
    _ x: [Float], tokens: Int, bias: [Float]? = nil, rowOrder: [Int]? = nil,
    columnRuns: ColumnRuns? = nil, with numerics: Numerics
  ) -> [Float] {
    var out = [Float](repeating: .nan, count: tokens * (rowOrder?.count ?? rows))
    bytes.withUnsafeBytes { bytes in
      guard
        let weights = Weights(
          decoder, bytes: bytes, rows: rows, columns: columns, rowOrder: rowOrder,
          columnRuns: columnRuns)
      else { return }
      if let bias {
        numerics.multiply(x, tokens: tokens, by: weights, bias: bias, into: &out)
      } else {
        numerics.multiply(x, tokens: tokens, by: weights, into: &out)
      }
    }
    return out
  }
}

/// Where two results differ in their bits; nil where they are the same.
func difference(_ a: [Float], _ b: [Float]) -> String? {
  guard a.count == b.count else { return "\(a.count) numbers, not \(b.count)" }
  for i in a.indices where a[i].bitPattern != b[i].bitPattern {
    return "[\(i)] \(a[i]) is not \(b[i])"
  }
  return nil
}
