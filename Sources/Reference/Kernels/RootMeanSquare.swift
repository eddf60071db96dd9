import CKernels
import Tensors

extension Numerics {
  /// x · rsqrt(mean(x²) + ε) · weight, for each of `rows` rows; `out` may be `x`.
  ///
  /// The squares are summed in double and the scale is rounded once, so it is at least as exact as
  /// any float32 implementation; the two products are rounded as transformers rounds them.
  public func rmsNorm(
    _ x: UnsafePointer<Float>, rows: Int, length: Int, weight: UnsafePointer<Float>,
    epsilon: Double, into out: UnsafeMutablePointer<Float>
  ) {
    guard length > 0 else { return }
    let start = StepClock.now
    defer { clock.add(.norm, since: start) }
    let math = math
    nonisolated(unsafe) let (x, weight, out) = (x, weight, out)
    // Heads are short rows: several to an item.
    let rowsPerItem = max(1, 4096 / length)
    workers.run(count: (rows + rowsPerItem - 1) / rowsPerItem) { item, _ in
      for row in item * rowsPerItem..<min((item + 1) * rowsPerItem, rows) {
        let start = x + row * length
        let mean = math.sum_of_squares(start, length) / Double(length)
        let scale = Float(1 / (mean + epsilon).squareRoot())
        math.scale_by(start, scale, weight, out + row * length, length)
      }
    }
  }
}

extension Plain {
  public static func rmsNorm(_ x: [Float], weight: [Float], epsilon: Double) -> [Float] {
    let mean = laneSum(x.map { Double($0) * Double($0) }) / Double(x.count)
    let scale = Float(1 / (mean + epsilon).squareRoot())
    return zip(x, weight).map { $0 * scale * $1 }
  }
}
