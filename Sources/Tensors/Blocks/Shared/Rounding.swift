/// Nearest integer, ties to even (ggml: `nearest_int`): adding 1.5·2^23 puts the units place in the
/// last bit of the mantissa, so the addition itself rounds.
///
/// Exact within ±2^22. Beyond, the mantissa keeps only the low bits of the sum; an infinity gives
/// -2^22 and a NaN 0. Blocks of extreme weights depend on that, so it is part of the meaning.
@inline(__always)
package func nearestInt(_ value: Float) -> Int32 {
  Int32(bitPattern: (value + 12_582_912).bitPattern & 0x7f_ffff) - 0x40_0000
}

@inline(__always)
func clamp(_ value: Int32, _ low: Int32, _ high: Int32) -> Int32 { max(low, min(high, value)) }

/// Below this largest magnitude a group counts as all zero (ggml: `GROUP_MAX_EPS`).
let allZero: Float = 1e-15

/// Σx² in order.
func squareSum(_ values: some Sequence<Float>) -> Float { values.reduce(0) { $0 + $1 * $1 } }
