import Tensors
import Testing

@testable import Reference

@Suite struct ActivationsTests {
  /// A type that is missing here would be multiplied without rounding, and nobody would notice.
  @Test(arguments: BlockFormat.all.filter(\.storesWeights).map(\.dtype))
  func everyWeightTypeHasItsActivations(_ dtype: DType) {
    #expect((Activations.ggml.rounding(for: dtype) != nil) == (dtype != .f32))
    #expect(Activations.float32.rounding(for: dtype) == nil)
  }

  @Test(arguments: Kernels.available.map(\.description))
  func rowsAreRoundedBeforeTheProduct(_ level: String) throws {
    let kernels = try #require(Kernels.available.first { $0.description == level })
    var random = SystemRandomNumberGenerator()
    let (tokens, rows, columns) = (5, 40, 96)
    let x = (0..<tokens * columns).map { _ in Float.random(in: -3...3, using: &random) }
    let q8 = BlockFormat.q8_0
    var bytes = [UInt8](repeating: 0, count: rows * columns / 32 * 34)
    let weights = (0..<rows * columns).map { _ in Float.random(in: -1...1, using: &random) }
    bytes.withUnsafeMutableBytes { bytes in
      weights.withUnsafeBufferPointer { q8.encode($0, rowLength: columns, into: bytes) }
    }
    func through(_ values: [Float]) -> [Float] {
      var blocks = [UInt8](repeating: 0, count: values.count / 32 * 34)
      var back = values
      blocks.withUnsafeMutableBytes { blocks in
        values.withUnsafeBufferPointer { q8.encode($0, rowLength: columns, into: blocks) }
        back.withUnsafeMutableBufferPointer { q8.decode(UnsafeRawBufferPointer(blocks), into: $0) }
      }
      return back
    }
    let expected = Plain.multiply(
      through(x), tokens: tokens, by: through(weights), rows: rows, columns: columns)
    var out = [Float](repeating: 0, count: tokens * rows)
    try bytes.withUnsafeBytes { bytes in
      let matrix = try #require(
        Weights(q8.rowDecoder(kernels), bytes: bytes, rows: rows, columns: columns))
      Numerics(kernels: kernels, workers: Workers(threads: 2), activations: .ggml)
        .multiply(x, tokens: tokens, by: matrix, into: &out)
    }
    #expect(out == expected)
  }
}
