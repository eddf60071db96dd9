/// F32: IEEE single precision, little-endian. Bits pass through unchanged.
extension BlockFormat {
  public static let f32 = BlockFormat(
    dtype: .f32, fallback: nil,
    reference: Reference(
      .f32,
      decode: { block, values in
        values[0] = Float(
          bitPattern: UInt32(littleEndian: block.loadUnaligned(as: UInt32.self)))
      },
      encode: { x, _, block in
        block.storeBytes(of: x[0].bitPattern.littleEndian, as: UInt32.self)
      }),
    codec: { $0.f32 })
}
