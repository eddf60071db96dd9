import CKernels
import Tensors

extension Numerics {
  /// (x - mean(x)) · rsqrt(var(x) + ε) · weight + bias, for each of `rows` rows; `out` may be `x`.
  /// Row r takes the weights of r % weightRows.
  ///
  /// Mean and variance are summed in double, and both are rounded once.
  public func layerNorm(
    _ x: UnsafePointer<Float>, rows: Int, length: Int, weight: UnsafePointer<Float>,
    weightRows: Int = 1, bias: UnsafePointer<Float>?, epsilon: Double,
    into out: UnsafeMutablePointer<Float>
  ) {
    guard length > 0, weightRows > 0 else { return }
    let math = math
    nonisolated(unsafe) let (x, weight, bias, out) = (x, weight, bias, out)
    let rowsPerItem = max(1, 4096 / length)
    workers.run(count: (rows + rowsPerItem - 1) / rowsPerItem) { item, _ in
      for row in item * rowsPerItem..<min((item + 1) * rowsPerItem, rows) {
        let start = x + row * length
        let mean = math.sum(start, length) / Double(length)
        let variance = math.sum_of_distances(start, mean, length) / Double(length)
        let scale = Float(1 / (variance + epsilon).squareRoot())
        let offset = row % weightRows * length
        math.affine(
          start, Float(mean), scale, weight + offset, bias.map { $0 + offset }, out + row * length,
          length)
      }
    }
  }
}

extension Plain {
  public static func layerNorm(_ x: [Float], weight: [Float], bias: [Float]?, epsilon: Double)
    -> [Float]
  {
    let mean = laneSum(x.map(Double.init)) / Double(x.count)
    let variance = laneSum(x.map { (Double($0) - mean) * (Double($0) - mean) }) / Double(x.count)
    let scale = Float(1 / (variance + epsilon).squareRoot())
    return x.indices.map { (x[$0] - Float(mean)) * scale * weight[$0] + (bias?[$0] ?? 0) }
  }
}
