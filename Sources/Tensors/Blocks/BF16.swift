/// BF16: the upper half of a single-precision float, little-endian. Nearest even.
extension BlockFormat {
  public static let bf16 = BlockFormat(
    dtype: .bf16, fallback: nil,
    reference: Reference(
      .bf16,
      decode: { block, values in values[0] = BFloat16.float(block.uint16(at: 0)) },
      encode: { x, _, block in block.store(BFloat16.bits(x[0]), at: 0) }),
    codec: { $0.bf16 })
}
