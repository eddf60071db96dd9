import Foundation
import Tensors
import TestSupport

/// What ggml made of chosen rows, as Fixtures/record/blocks.py recorded it.
struct BlockGolden: Decodable {
  struct Encoding: Decodable {
    let name: String
    let row_length: Int
    let values: Data
    /// Absent where the format requires importance.
    let blocks: Data?
    let importance: Data?
    let weighted: Data?
  }
  struct Decoding: Decodable {
    let name: String
    let blocks: Data
    let values: Data
  }
  let source: String
  let encode: [Encoding]
  let decode: [Decoding]

  /// Throws where the golden is missing: a format without one is not proved.
  static func load(_ dtype: DType) throws -> BlockGolden {
    let path = Fixture.path("blocks/\(dtype.name).golden")
    return try JSONDecoder().decode(BlockGolden.self, from: Data(contentsOf: URL(filePath: path)))
  }
}

extension Data {
  var floats: [Float] {
    withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count - 3, by: 4).map {
        Float(
          bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self))
        )
      }
    }
  }
}

/// One way to run a format: its Swift meaning, or its kernels of one level.
enum Codec: CustomStringConvertible, Sendable {
  case reference
  case kernels(Kernels)

  static let all = [Codec.reference] + Kernels.available.map(Codec.kernels)

  var description: String {
    switch self {
    case .reference: "reference"
    case .kernels(let kernels): kernels.description
    }
  }

  func encode(_ format: BlockFormat, _ values: [Float], rowLength: Int, importance: [Float]?)
    -> [UInt8]
  {
    let size = format.dtype.byteCount(elements: values.count) ?? 0
    // Starts as ones, so that a byte the encoder forgets is noticed.
    var blocks = [UInt8](repeating: 0xff, count: size)
    blocks.withUnsafeMutableBytes { blocks in
      values.withUnsafeBufferPointer { values in
        guard let importance else { return encode(format, values, rowLength, nil, blocks) }
        importance.withUnsafeBufferPointer { encode(format, values, rowLength, $0, blocks) }
      }
    }
    return blocks
  }

  private func encode(
    _ format: BlockFormat, _ values: UnsafeBufferPointer<Float>, _ rowLength: Int,
    _ importance: UnsafeBufferPointer<Float>?, _ blocks: UnsafeMutableRawBufferPointer
  ) {
    switch self {
    case .kernels(let kernels):
      format.encode(
        values, rowLength: rowLength, importance: importance, into: blocks, kernels: kernels)
    case .reference:
      let rowBytes = format.dtype.byteCount(elements: rowLength) ?? 0
      for row in 0..<values.count / rowLength {
        format.reference.encode?(
          UnsafeBufferPointer(rebasing: values[row * rowLength..<(row + 1) * rowLength]),
          importance,
          UnsafeMutableRawBufferPointer(rebasing: blocks[row * rowBytes..<(row + 1) * rowBytes]))
      }
    }
  }

  func decode(_ format: BlockFormat, _ blocks: [UInt8], count: Int) -> [Float] {
    var values = [Float](repeating: .nan, count: count)
    values.withUnsafeMutableBufferPointer { values in
      blocks.withUnsafeBytes { blocks in
        switch self {
        case .reference: format.reference.decode(blocks, values)
        case .kernels(let kernels): format.decode(blocks, into: values, kernels: kernels)
        }
      }
    }
    return values
  }
}

/// Where two results part, for messages that name a place instead of printing both.
func firstDifference<Element: Equatable>(_ left: [Element], _ right: [Element]) -> Int? {
  if let index = zip(left, right).enumerated().first(where: { $1.0 != $1.1 })?.offset {
    return index
  }
  return left.count == right.count ? nil : min(left.count, right.count)
}
func firstDifference(_ left: [Float], _ right: [Float]) -> Int? {
  firstDifference(left.map(\.bitPattern), right.map(\.bitPattern))
}

/// SplitMix64: the same rows on every machine from a printed seed.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func unit() -> Float { Float.random(in: 0..<1, using: &self) }
  /// Roughly normal: the sum of four uniforms.
  mutating func normal() -> Float { unit() + unit() + unit() + unit() - 2 }
}
