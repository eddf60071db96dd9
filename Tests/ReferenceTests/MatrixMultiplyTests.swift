import Foundation
import Reference
import Tensors
import Testing

@Suite struct MatrixMultiplyTests {

  @Test("Every tile shape and edge has the bits of the plain loop", arguments: Kernels.available)
  func tiles(kernels: Kernels) {
    let seed: UInt64 = 11
    var random = Random(seed: seed)
    let numerics = Numerics(kernels: kernels, workers: Workers(threads: 2))
    let decoders = [BlockFormat.f32.rowDecoder(kernels), BlockFormat.bf16.rowDecoder(kernels)]
    for decoder in decoders + [.f32, .bf16, .blocks] {
      for (rows, columns) in [(32, 32), (33, 64), (31, 96), (100, 544), (160, 1056), (1, 32)] {
        let matrix = Matrix(decoder, rows: rows, columns: columns, using: &random)
        let bias = random.floats(rows)
        for tokens in Array(1...13) + [25] {
          let x = random.floats(tokens * columns)
          let out = matrix.multiply(x, tokens: tokens, bias: bias, with: numerics)
          let plain = Plain.multiply(
            x, tokens: tokens, by: matrix.floats, rows: rows, columns: columns, bias: bias)
          #expect(
            difference(out, plain) == nil,
            "\(decoder.dtype) \(tokens)x\(columns)x\(rows), seed \(seed)")
        }
      }
    }
  }

  @Test("Columns need not be a whole number of vectors", arguments: Kernels.available)
  func oddColumns(kernels: Kernels) {
    let seed: UInt64 = 12
    var random = Random(seed: seed)
    let numerics = Numerics(kernels: kernels, workers: Workers(threads: 1))
    for columns in [1, 2, 15, 17, 511, 513, 530] {
      let formats: [BlockFormat] = [.f32, .f16, .bf16]
      let matrices = formats.map { Matrix($0, kernels, rows: 70, columns: columns, using: &random) }
      for matrix in matrices + [Matrix(.bf16, rows: 40, columns: columns, using: &random)] {
        for tokens in [1, 3, 5] {
          let x = random.floats(tokens * columns)
          let plain = Plain.multiply(
            x, tokens: tokens, by: matrix.floats, rows: matrix.rows, columns: columns)
          #expect(
            difference(matrix.multiply(x, tokens: tokens, with: numerics), plain) == nil,
            "\(matrix.decoder.dtype), \(columns) columns, \(tokens) tokens, seed \(seed)")
        }
      }
    }
  }

  @Test(
    "Rows of every type have the bits of their decoder and the plain loop",
    arguments: Kernels.available)
  func formats(kernels: Kernels) {
    let seed: UInt64 = 16
    var random = Random(seed: seed)
    let numerics = Numerics(kernels: kernels, workers: Workers(threads: 2))
    let (rows, columns) = (70, 768)
    for format in BlockFormat.all where format.storesWeights {
      let matrix = Matrix(format, kernels, rows: rows, columns: columns, using: &random)
      for tokens in [1, 2, 3, 4, 7, 13] {
        let x = random.floats(tokens * columns)
        let plain = Plain.multiply(
          x, tokens: tokens, by: matrix.floats, rows: rows, columns: columns)
        let out = matrix.multiply(x, tokens: tokens, with: numerics)
        #expect(
          difference(out, plain) == nil, "\(format.dtype.name), \(tokens) tokens, seed \(seed)")
      }
    }
  }

  @Test(
    "Runs of columns in another order have the bits of a matrix that has them in order",
    arguments: Kernels.available)
  func columnRuns(kernels: Kernels) {
    let seed: UInt64 = 17
    var random = Random(seed: seed)
    let numerics = Numerics(kernels: kernels, workers: Workers(threads: 2))
    let (rows, columns) = (70, 768)
    for format in BlockFormat.all where format.storesWeights {
      let matrix = Matrix(format, kernels, rows: rows, columns: columns, using: &random)
      for size in [24, 128, 256] {
        let runs = ColumnRuns(size: size, order: Array(0..<columns / size).shuffled(using: &random))
        let floats = (0..<rows * columns).map { place in
          let (row, column) = place.quotientAndRemainder(dividingBy: columns)
          return matrix.floats[row * columns + runs.order[column / size] * size + column % size]
        }
        for tokens in [1, 13] {
          let x = random.floats(tokens * columns)
          let plain = Plain.multiply(x, tokens: tokens, by: floats, rows: rows, columns: columns)
          let out = matrix.multiply(x, tokens: tokens, columnRuns: runs, with: numerics)
          #expect(
            difference(out, plain) == nil,
            "\(format.dtype.name), runs of \(size), \(tokens) tokens, seed \(seed)")
        }
      }
    }
  }

  @Test(
    "Runs that are not those of the matrix are refused",
    arguments: [
      (0, [0]), (5, [0, 1]), (8, [0, 1]), (4, [0, 2, 3]), (4, [-1, 0, 1]), (4, [0, 1, 2, 2]),
    ])
  func noRuns(_ size: Int, _ order: [Int]) {
    let bytes = [UInt8](repeating: 0, count: 48)
    let weights = bytes.withUnsafeBytes {
      Weights(
        .f32, bytes: $0, rows: 1, columns: 12, columnRuns: ColumnRuns(size: size, order: order))
    }
    #expect(weights == nil)
  }

  @Test("No column gives zeros and the bias, no row gives nothing")
  func empty() {
    var random = Random(seed: 1)
    let numerics = Numerics(workers: Workers(threads: 2))
    let none = Matrix(.f32, rows: 40, columns: 0, using: &random)
    #expect(none.multiply([], tokens: 1, with: numerics) == [Float](repeating: 0, count: 40))
    let bias = random.floats(40)
    let rows = (0..<6).flatMap { _ in bias }
    #expect(none.multiply([], tokens: 6, bias: bias, with: numerics) == rows)
    let matrix = Matrix(.f32, rows: 0, columns: 5, using: &random)
    #expect(matrix.multiply(random.floats(5), tokens: 1, with: numerics).isEmpty)
  }

  /// Operands that make a product and a sum of two roundings differ from one, at every scale.
  @Test("The multiply-add is rounded once, at every size", arguments: Kernels.available)
  func roundedOnce(kernels: Kernels) {
    let seed: UInt64 = 15
    var random = Random(seed: seed)
    func float() -> Float {
      switch Int.random(in: 0..<4, using: &random) {
      case 0: Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &random))
      case 1: scalbn(1.5, Int.random(in: -149 ... -60, using: &random))
      case 2: 1 + Float.ulpOfOne * Float(Int.random(in: 0..<8, using: &random))
      default: Float.random(in: -4...4, using: &random)
      }
    }
    for _ in 0..<3000 {
      let x = float()
      let w = (0..<32).map { _ in float() }
      let start = w.map { Bool.random(using: &random) ? -(x * $0) : float() }
      var out = start
      kernels.table.pointee.math.tile([x], 1, 1, w, 32, 1, &out, 32, 1)
      for i in 0..<32 {
        let expected = start[i].addingProduct(x, w[i])
        #expect(
          out[i].bitPattern == expected.bitPattern || (out[i].isNaN && expected.isNaN),
          "fma(\(x), \(w[i]), \(start[i])) is \(out[i]), not \(expected), seed \(seed)")
      }
    }
  }

  @Test("Threads and the number of tokens do not change a bit", arguments: Kernels.available)
  func threadsAndSteps(kernels: Kernels) {
    let seed: UInt64 = 13
    var random = Random(seed: seed)
    let (tokens, columns, rows) = (37, 768, 321)
    let matrix = Matrix(.bf16, rows: rows, columns: columns, using: &random)
    let x = random.floats(tokens * columns)
    let one = matrix.multiply(
      x, tokens: tokens, with: Numerics(kernels: kernels, workers: Workers(threads: 1)))
    for threads in [2, 4] {
      let numerics = Numerics(kernels: kernels, workers: Workers(threads: threads))
      let out = matrix.multiply(x, tokens: tokens, with: numerics)
      #expect(difference(out, one) == nil, "\(threads) threads, seed \(seed)")
      let steps = (0..<tokens).flatMap { token in
        matrix.multiply(
          Array(x[token * columns..<(token + 1) * columns]), tokens: 1, with: numerics)
      }
      #expect(difference(steps, one) == nil, "token by token, seed \(seed)")
    }
  }

  @Test("A row order permutes the outputs")
  func rowOrder() {
    var random = Random(seed: 14)
    let matrix = Matrix(.blocks, rows: 70, columns: 64, using: &random)
    let numerics = Numerics(workers: Workers(threads: 2))
    let x = random.floats(2 * 64)
    let plain = matrix.multiply(x, tokens: 2, with: numerics)
    let order = (0..<70).map { ($0 * 37) % 70 }.dropLast(5)
    let permuted = matrix.multiply(x, tokens: 2, rowOrder: Array(order), with: numerics)
    let expected = (0..<2).flatMap { token in order.map { plain[token * 70 + $0] } }
    #expect(difference(permuted, expected) == nil)
  }

  @Test("Weights refuse bytes and orders that do not fit")
  func refusals() {
    let bytes = [UInt8](repeating: 0, count: 64 * 2)
    bytes.withUnsafeBytes { bytes in
      #expect(Weights(.bf16, bytes: bytes, rows: 2, columns: 32) != nil)
      #expect(Weights(.bf16, bytes: bytes, rows: 2, columns: 33) == nil)
      #expect(Weights(.blocks, bytes: bytes, rows: 1, columns: 31) == nil)
      #expect(Weights(.bf16, bytes: bytes, rows: Int.max, columns: 32) == nil)
      #expect(Weights(.bf16, bytes: bytes, rows: -1, columns: 32) == nil)
      #expect(Weights(.bf16, bytes: bytes, rows: 2, columns: 32, rowOrder: [0, 2]) == nil)
    }
  }
}
