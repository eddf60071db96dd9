/// F16: IEEE half precision, little-endian. Nearest even; beyond 65504 infinity; a NaN loses its
/// payload, as in ggml.
extension BlockFormat {
  public static let f16 = BlockFormat(
    dtype: .f16, fallback: nil,
    reference: Reference(
      .f16,
      decode: { block, values in values[0] = block.half(at: 0) },
      encode: { x, _, block in block.store(Half.bits(x[0]), at: 0) }),
    codec: { $0.f16 })
}
