import CKernels

/// F64, I8, I16, I32 and I64: plain little-endian numbers, each the nearest float, ties to even.
///
/// They are only read. ggml stores them, but neither its quantizer (`ggml_quantize_chunk`) nor its
/// traits convert to them.
extension BlockFormat {
  public static let f64 = number(.f64, codec: { $0.f64 }) {
    Float(Double(bitPattern: UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))))
  }
  public static let i8 = number(.i8, codec: { $0.i8 }) { Float($0.loadUnaligned(as: Int8.self)) }
  public static let i16 = number(.i16, codec: { $0.i16 }) {
    Float(Int16(littleEndian: $0.loadUnaligned(as: Int16.self)))
  }
  public static let i32 = number(.i32, codec: { $0.i32 }) {
    Float(Int32(littleEndian: $0.loadUnaligned(as: Int32.self)))
  }
  public static let i64 = number(.i64, codec: { $0.i64 }) {
    Float(Int64(littleEndian: $0.loadUnaligned(as: Int64.self)))
  }

  private static func number(
    _ dtype: DType, codec: @escaping @Sendable (assay_kernels) -> assay_codec,
    _ read: @escaping @Sendable (UnsafeRawBufferPointer) -> Float
  ) -> BlockFormat {
    BlockFormat(
      dtype: dtype, fallback: nil,
      reference: Reference(dtype, decode: { number, values in values[0] = read(number) }),
      codec: codec)
  }
}
