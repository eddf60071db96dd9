import CKernels
import Tensors

extension Numerics {
  /// softmax(x · scale) of each of `rows` rows of `length`, in place.
  public func softmax(
    _ x: UnsafeMutablePointer<Float>, rows: Int, length: Int, scale: Float = 1
  ) {
    let math = math
    nonisolated(unsafe) let x = x
    workers.run(count: rows) { row, _ in math.softmax(x + row * length, length, scale) }
  }
}

extension Plain {
  /// Entry i belongs to lane i % 16; each lane adds in order, then lanes add pairwise at distances
  /// 8, 4, 2, 1. The order is part of the meaning: it does not depend on the machine's vectors.
  static func laneSum<Number: BinaryFloatingPoint>(_ values: [Number]) -> Number {
    var lanes = [Number](repeating: 0, count: 16)
    for (i, value) in values.enumerated() { lanes[i % 16] += value }
    for step in [8, 4, 2, 1] {
      for lane in 0..<step { lanes[lane] += lanes[lane + step] }
    }
    return lanes[0]
  }

  public static func softmax(_ x: [Float], scale: Float = 1) -> [Float] {
    let scaled = x.map { $0 * scale }
    var peak = -Float.infinity
    for value in scaled where value > peak { peak = value }
    let powers = scaled.map { exp($0 - peak) }
    let total = laneSum(powers)
    return powers.map { $0 / total }
  }
}
