/// IEEE half precision and bfloat16 as bits, in integer arithmetic: the meaning of the conversions
/// on every platform, whatever its library or instructions do with a NaN.
package enum Half {
  package static func bits(_ value: Float) -> UInt16 {
    let sign = UInt16(value.bitPattern >> 16 & 0x8000)
    let magnitude = value.bitPattern & 0x7fff_ffff
    // Every NaN becomes the quiet NaN of its sign, as in ggml.
    if magnitude > 0x7f80_0000 { return sign | 0x7e00 }
    // From 65520 on, the nearest half is infinity.
    if magnitude >= 0x477f_f000 { return sign | 0x7c00 }
    if magnitude < 0x3880_0000 {
      // A subnormal half counts units of 2^-24, which is the last place of 0.5.
      let counted = Float(bitPattern: magnitude) + 0.5
      return sign | UInt16(counted.bitPattern - Float(0.5).bitPattern)
    }
    let nearestEven = magnitude + 0xfff + (magnitude >> 13 & 1)
    return sign | UInt16((nearestEven - 0x3800_0000) >> 13)
  }

  package static func float(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let magnitude = UInt32(bits & 0x7fff)
    if magnitude < 0x400 {
      return Float(bitPattern: (Float(magnitude) * 0x1p-24).bitPattern | sign)
    }
    if magnitude < 0x7c00 { return Float(bitPattern: (magnitude << 13 + 0x3800_0000) | sign) }
    let quiet: UInt32 = magnitude > 0x7c00 ? 0x40_0000 : 0
    return Float(bitPattern: 0x7f80_0000 | magnitude << 13 | quiet | sign)
  }
}

package enum BFloat16 {
  /// Nearest even. Subnormals stay; a NaN keeps the top of its payload and becomes quiet.
  package static func bits(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if bits & 0x7fff_ffff > 0x7f80_0000 { return UInt16(bits >> 16) | 0x40 }
    return UInt16((bits + 0x7fff + (bits >> 16 & 1)) >> 16)
  }

  package static func float(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }
}
