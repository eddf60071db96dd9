/// What Q8_0 and Q8_1 share: 32 elements become signed bytes by d, the largest magnitude over 127.
enum SignedBytes {
  static func divideByLargest(_ x: [Float]) -> (d: Float, quants: [Int8]) {
    let largest = x.reduce(0) { max($0, abs($1)) }
    let d = largest / 127
    let inverse = d != 0 ? 1 / d : 0
    return (
      d,
      x.map { value in
        // Below 2^-128 the inverse overflows; what no byte can hold becomes zero, as on ggml's own
        // platform. Elsewhere |q| ≤ 127.
        let q = (value * inverse).rounded(.toNearestOrAwayFromZero)
        return q.isFinite ? Int8(q) : 0
      }
    )
  }
}
