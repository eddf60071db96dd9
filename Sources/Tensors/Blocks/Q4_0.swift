/// Q4_0: 32 elements in 18 bytes, 4.5 bits each.
///
///     0   half   d
///     2   16 bytes   low nibbles: q of elements 0-15, high nibbles: of 16-31          x = (q - 8)·d
///
/// Without importance the element of largest magnitude becomes -8; with it, the scale is searched,
/// weighing each element by importance · √(mean square of the row + x²).
extension BlockFormat {
  public static let q4_0 = BlockFormat(
    dtype: .q4_0, fallback: nil,
    reference: Reference(
      .q4_0,
      decode: { block, values in
        let d = block.half(at: 0)
        for i in 0..<16 {
          values[i] = Float(Int(block[2 + i] & 15) - 8) * d
          values[i + 16] = Float(Int(block[2 + i] >> 4) - 8) * d
        }
      },
      prepare: { row in squareSum(row) / Float(row.count) },
      encode: { x, importance, meanSquare, block in
        let (d, quants) = importance.map { weighted(x, $0, meanSquare) } ?? plain(x)
        block.store(Half.bits(d), at: 0)
        for i in 0..<16 { block[2 + i] = quants[i] | quants[i + 16] << 4 }
      }),
    codec: { $0.q4_0 })

  private static func plain(_ x: [Float]) -> (d: Float, quants: [UInt8]) {
    var largest: Float = 0
    var extreme: Float = 0
    for value in x where largest < abs(value) {
      largest = abs(value)
      extreme = value
    }
    let d = extreme / -8
    let inverse = d != 0 ? 1 / d : 0
    return (
      d,
      x.map { value in
        // Below 2^-128 the inverse overflows; what no byte can hold becomes zero, as on ggml's own
        // platform. Elsewhere the sum is in 0.5...16.5.
        let q = value * inverse + 8.5
        return q.isFinite ? min(15, UInt8(q)) : 0
      }
    )
  }

  private static func weighted(
    _ x: [Float], _ importance: [Float], _ meanSquare: Float
  ) -> (d: Float, quants: [UInt8]) {
    let weights = zip(x, importance).map { $1 * (meanSquare + $0 * $0).squareRoot() }
    let fit = SymmetricSearch(levels: 8).fit(x, weights: weights)
    return (fit.scale, fit.quants)
  }
}
