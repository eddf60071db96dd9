import Reference
import Support
import Tensors

/// A matrix in one format, by several numbers of tokens.
struct MatrixBench {
  struct Rate: Encodable {
    let tokens: Int
    let gflops: Double
    let shareOfPeak: Double
  }
  struct Result: Encodable {
    let format: String
    /// From cache.
    let rates: [Rate]
    /// One token, with more weights than any cache holds.
    let memoryGbs: Double
    /// The same bytes read and added up, by turns with the multiplication: memory's speed changes
    /// from one second to the next where a machine is shared.
    let readGbs: Double
    let shareOfReading: Double
    let weightsPerSecond: Double
  }

  static let tokens = [1, 4, 8, 24, 512]
  let numerics: Numerics
  let machine: Machine
  let runs: Int
  private let columns = 1536, rows = 8960
  /// Bytes that no cache holds.
  private let large = 160 << 20

  func measure(_ format: BlockFormat) -> Result? {
    let bytes = encoded(format)
    defer { bytes.deallocate() }
    let decoder = format.rowDecoder(numerics.kernels)
    guard
      let weights = Weights(
        decoder, bytes: UnsafeRawBufferPointer(bytes), rows: rows, columns: columns)
    else { return nil }
    let x = Self.fill(512 * columns), out = Self.fill(512 * rows)
    defer {
      x.deallocate()
      out.deallocate()
    }
    let rates = Self.tokens.map { tokens in
      let time = best(of: runs) { numerics.multiply(x, tokens: tokens, by: weights, into: out) }
      let rate = 2 * Double(tokens * rows * columns) / time * 1e-9
      return Rate(tokens: tokens, gflops: rate, shareOfPeak: rate / machine.peakGflops)
    }
    let (time, reading, count) = fromMemory(decoder, bytes, x)
    let gigabytes = Double(count) * Double(bytes.count / rows) * 1e-9
    return Result(
      format: format.dtype.name, rates: rates, memoryGbs: gigabytes / time,
      readGbs: gigabytes / reading, shareOfReading: reading / time,
      weightsPerSecond: Double(count * columns) / time)
  }

  /// The same rows again and again.
  private func fromMemory(
    _ decoder: RowDecoder, _ bytes: UnsafeMutableRawBufferPointer, _ x: UnsafePointer<Float>
  ) -> (seconds: Double, reading: Double, rows: Int) {
    let copies = (large + bytes.count - 1) / bytes.count
    let all = UnsafeMutableRawBufferPointer.allocate(
      byteCount: copies * bytes.count, alignment: 4096)
    defer { all.deallocate() }
    for copy in 0..<copies {
      UnsafeMutableRawBufferPointer(rebasing: all[(copy * bytes.count)...])
        .copyMemory(from: UnsafeRawBufferPointer(bytes))
    }
    let count = copies * rows
    guard
      let weights = Weights(
        decoder, bytes: UnsafeRawBufferPointer(all), rows: count, columns: columns)
    else { return (.infinity, .infinity, 0) }
    let out = Self.fill(count)
    defer { out.deallocate() }
    var time = Double.infinity, reading = Double.infinity
    for _ in 0..<2 * runs {
      reading = min(
        reading, seconds { Machine.read(UnsafeRawBufferPointer(all), numerics.workers) })
      time = min(time, seconds { numerics.multiply(x, tokens: 1, by: weights, into: out) })
    }
    return (time, reading, count)
  }

  private func encoded(_ format: BlockFormat) -> UnsafeMutableRawBufferPointer {
    let count = columns * rows
    let bytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: format.dtype.byteCount(elements: count) ?? 0, alignment: 64)
    let values = Self.fill(count)
    defer { values.deallocate() }
    let importance = [Float](repeating: 1, count: columns)
    importance.withUnsafeBufferPointer { importance in
      format.encode(
        UnsafeBufferPointer(start: values, count: count), rowLength: columns,
        importance: format.requiresImportance ? importance : nil, into: bytes)
    }
    return bytes
  }

  static func fill(_ count: Int) -> UnsafeMutablePointer<Float> {
    let values = UnsafeMutablePointer<Float>.allocate(capacity: count)
    for i in 0..<count { values[i] = Float((i &* 2_654_435_761) >> 8 & 0xffff) / 65536 - 0.5 }
    return values
  }
}
