import Tensors

/// What becomes of activations before a matrix multiplies them.
public enum Activations: String, Sendable, CaseIterable {
  /// They stay float32, so a difference between two models is that of their weights alone.
  case float32
  /// They are rounded to the type that ggml's CPU backend pairs with the weights'
  /// (`vec_dot_type` in ggml-cpu.c), as in llama.cpp: its integer products differ from ours only
  /// in the order of sums.
  case ggml

  /// A few words for a person.
  public var summary: String {
    switch self {
    case .float32: "float32 activations"
    case .ggml: "activations rounded as in llama.cpp"
    }
  }

  /// The type that rows are rounded to before weights of `dtype` multiply them; nil leaves them.
  func rounding(for dtype: DType) -> BlockFormat? {
    switch self {
    case .float32: nil
    case .ggml: dtype.activations.flatMap(BlockFormat.of)
    }
  }
}

extension DType {
  /// The type of activations that ggml multiplies these weights with; nil is float32.
  var activations: DType? {
    switch self {
    case .f16: .f16
    case .bf16: .bf16
    case .q4_0, .q5_0, .q8_0, .iq4_nl, .mxfp4, .nvfp4, .q1_0, .q2_0: .q8_0
    case .q4_1, .q5_1, .q8_1: .q8_1
    case .q2_K, .q3_K, .q4_K, .q5_K, .q6_K, .q8_K, .iq1_s, .iq1_m, .iq2_xxs, .iq2_xs, .iq2_s,
      .iq3_xxs, .iq3_s, .iq4_xs, .tq1_0, .tq2_0:
      .q8_K
    case .f32, .f64, .i8, .i16, .i32, .i64, .u8, .u16, .u32, .u64, .bool, .c64, .f4, .f6_e2m3,
      .f6_e3m2, .f8_e4m3, .f8_e5m2, .f8_e8m0, .f8_e4m3fnuz, .f8_e5m2fnuz:
      nil
    }
  }
}

extension Numerics {
  /// `tokens` rows of `x` as `format` holds them, one after another, until the next call.
  func round(
    _ x: UnsafePointer<Float>, tokens: Int, columns: Int, xStride: Int, to format: BlockFormat
  ) -> UnsafePointer<Float> {
    if rounded.count < tokens * columns { rounded = FloatBuffer(count: tokens * columns) }
    let bytes = format.dtype.byteCount(elements: columns) ?? 0
    nonisolated(unsafe) let (x, out) = (x, rounded.base)
    let kernels = kernels
    workers.run(count: tokens) { token, _ in
      withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 16) { blocks in
        format.encode(
          UnsafeBufferPointer(start: x + token * xStride, count: columns), rowLength: columns,
          into: blocks, kernels: kernels)
        format.decode(
          UnsafeRawBufferPointer(blocks),
          into: UnsafeMutableBufferPointer(start: out + token * columns, count: columns),
          kernels: kernels)
      }
    }
    return UnsafePointer(out)
  }
}
