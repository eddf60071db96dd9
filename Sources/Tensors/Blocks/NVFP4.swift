/// NVFP4: 64 elements in 36 bytes, 4.5 bits each.
///
///     0   4 bytes        scales of 16 elements each (`ScaleUE4M3`)
///     4   4 × 8 bytes    low nibbles: a scale's elements 0-7, high nibbles: 8-15
///
/// x = scale/2·level(q) (`FourBitFloat`). The scale is a sixth of the largest magnitude. Importance
/// has no say.
extension BlockFormat {
  public static let nvfp4 = BlockFormat(
    dtype: .nvfp4, fallback: nil,
    reference: Reference(
      .nvfp4,
      decode: { block, values in
        for i in 0..<64 {
          let byte = block[4 + i / 16 * 8 + i % 8]
          let q = i / 8 % 2 == 0 ? byte & 15 : byte >> 4
          values[i] = FourBitFloat.levels[Int(q)] * (ScaleUE4M3.float(block[i / 16]) / 2)
        }
      },
      encode: { x, _, block in
        for part in 0..<4 {
          let elements = Array(x[16 * part..<16 * part + 16])
          let largest = elements.reduce(0) { max($0, abs($1)) }
          block[part] = ScaleUE4M3.bits(largest / 6)
          let unit = ScaleUE4M3.float(block[part]) / 2
          let quants = elements.map { FourBitFloat.nearest($0, unit: unit) }
          for i in 0..<8 { block[4 + 8 * part + i] = quants[i] | quants[i + 8] << 4 }
        }
      }),
    codec: { $0.nvfp4 })
}

/// Four bits of exponent with a bias of 7 and three of mantissa, without a sign: up to 448.
private enum ScaleUE4M3 {
  /// Nearest, halves up. As in ggml, whatever would have the last exponent (256 and more) becomes
  /// 448, and subnormals do not round up to the least normal.
  static func bits(_ value: Float) -> UInt8 {
    if value < 0x1p-6 { return UInt8(min(7, value * 512 + 0.5)) }
    if value >= 256 { return 0x7e }
    let eighths = UInt8(value.significand * 8 + 0.5) - 8
    let bits = UInt8(value.exponent + 7) << 3 + eighths
    return bits < 15 << 3 ? bits : 0x7e
  }

  /// The top bit means nothing, and what would be NaN is zero.
  static func float(_ bits: UInt8) -> Float {
    let (exponent, mantissa) = (Int(bits >> 3 & 15), Float(bits & 7))
    if bits == 0x7f { return 0 }
    if exponent == 0 { return mantissa * 0x1p-9 }
    return Float(sign: .plus, exponent: exponent - 7, significand: 1 + mantissa / 8)
  }
}
