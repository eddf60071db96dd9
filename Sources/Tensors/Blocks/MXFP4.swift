import Foundation

/// MXFP4: 32 elements in 17 bytes, 4.25 bits each.
///
///     0   byte   e (E8M0)
///     1   16 bytes   `Quants32`, four bits          x = 2^(e - 128)·level(q) (`FourBitFloat`)
///
/// e makes the largest magnitude 4 to 8 whole units. Importance has no say.
extension BlockFormat {
  public static let mxfp4 = BlockFormat(
    dtype: .mxfp4, fallback: nil,
    reference: Reference(
      .mxfp4,
      decode: { block, values in
        let quants = Quants32.fourBits(block, at: 1)
        for i in 0..<32 {
          values[i] = FourBitFloat.levels[Int(quants[i])] * halfUnit(exponent: block[0])
        }
      },
      encode: { x, _, block in
        block[0] = exponent(largest: x.reduce(0) { max($0, abs($1)) })
        let unit = halfUnit(exponent: block[0])
        Quants32.storeFourBits(
          x.map { FourBitFloat.nearest($0, unit: unit) }, block, at: 1)
      }),
    codec: { $0.mxfp4 })

  private static func halfUnit(exponent: UInt8) -> Float {
    Float(sign: .plus, exponent: Int(exponent) - 128, significand: 1)
  }

  /// ggml's ⌊log2(largest)⌋ - 2 + 127, cut to a byte: it wraps around for subnormals. The logarithm
  /// is rounded to a float first, which just below a power of two may be a whole number already.
  private static func exponent(largest: Float) -> UInt8 {
    if largest == 0 { return 0 }
    let next = largest.exponent + 1
    // log2 is `next` less this, and floats there are `spacing` apart.
    let distance = -log2(Double(largest.significand) / 2)
    let below = Float(next).nextDown
    let spacing = Double(Float(next)) - Double(below)
    let roundsUp = next != 0 && distance < spacing / 2
    return UInt8(truncatingIfNeeded: (roundsUp ? next : next - 1) - 2 + 127)
  }
}
