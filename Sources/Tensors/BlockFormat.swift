import CKernels

/// How one element type is decoded to float and encoded from it.
///
/// A format is one file in `Blocks/` that holds its layout, its plain Swift meaning, the names of
/// its kernels and its fallback. `BlockFormat.all` is the only registry.
public struct BlockFormat: Sendable {
  /// Decodes whole blocks; `values.count` is a multiple of the block's elements.
  public typealias Decode =
    @Sendable (_ blocks: UnsafeRawBufferPointer, _ values: UnsafeMutableBufferPointer<Float>) ->
    Void
  /// Encodes one row. `importance` holds one weight per column of the row.
  public typealias EncodeRow =
    @Sendable (
      _ row: UnsafeBufferPointer<Float>, _ importance: UnsafeBufferPointer<Float>?,
      _ blocks: UnsafeMutableRawBufferPointer
    ) -> Void

  /// The meaning, in plain Swift: slow, readable, and what the kernels are tested against.
  public struct Reference: Sendable {
    public let decode: Decode
    /// Nil where the type is only read.
    public let encode: EncodeRow?
  }

  public let dtype: DType
  /// What ggml's quantizer uses instead where a row is not a whole number of blocks.
  public let fallback: DType?
  /// True where encoding needs importance: ggml has no way to weigh these formats without it.
  /// Callers ask before any work.
  public let requiresImportance: Bool
  public let reference: Reference
  let codec: @Sendable (assay_kernels) -> assay_codec

  init(
    dtype: DType, fallback: DType?, requiresImportance: Bool = false, reference: Reference,
    codec: @escaping @Sendable (assay_kernels) -> assay_codec
  ) {
    self.dtype = dtype
    self.fallback = fallback
    self.requiresImportance = requiresImportance
    self.reference = reference
    self.codec = codec
  }

  /// False for types that are only read: ggml has no quantizer for them either.
  public var encodes: Bool { reference.encode != nil }
  /// True for types that a file's weights can be given: Q8_1 and Q8_K are for activations.
  public var storesWeights: Bool { encodes && dtype != .q8_1 && dtype != .q8_K }

  public static func of(_ dtype: DType) -> BlockFormat? { byDType[dtype] }
  private static let byDType = Dictionary(uniqueKeysWithValues: all.map { ($0.dtype, $0) })

  /// Decodes `values.count` elements.
  /// - Precondition: `blocks` holds exactly their bytes (a `TensorInfo` guarantees the sizes).
  public func decode(
    _ blocks: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>,
    kernels: Kernels = .active
  ) {
    precondition(dtype.byteCount(elements: values.count) == blocks.count)
    guard let source = blocks.baseAddress, let target = values.baseAddress else { return }
    codec(kernels.table.pointee).decode(source, target, values.count)
  }

  /// Encodes whole rows of `rowLength` elements, in the order of `values`. Many rows at once are
  /// faster than one: sub-blocks of several rows share the lanes of the kernels.
  ///
  /// Finite weights give ggml's bytes. NaN and infinity do no harm, but what they become is
  /// unspecified: ggml's encoders assume there are none. So is what IQ1, IQ2 and IQ3 make of weights
  /// whose squares overflow, where ggml stops.
  /// - Precondition: the format `encodes`, a row is a whole number of blocks (see `fallback`),
  ///   `values` a whole number of rows, and `blocks` holds exactly their bytes. `importance` is
  ///   given, one weight per column, if the format `requiresImportance`.
  public func encode(
    _ values: UnsafeBufferPointer<Float>, rowLength: Int,
    importance: UnsafeBufferPointer<Float>? = nil,
    into blocks: UnsafeMutableRawBufferPointer, kernels: Kernels = .active
  ) {
    precondition(dtype.byteCount(elements: values.count) == blocks.count)
    guard !values.isEmpty, let source = values.baseAddress, let target = blocks.baseAddress else {
      return
    }
    guard let encode = codec(kernels.table.pointee).encode else {
      preconditionFailure("\(dtype.name) is only read")
    }
    precondition(rowLength > 0 && rowLength % dtype.facts.blockElements == 0)
    precondition(values.count % rowLength == 0)
    precondition(importance.map { $0.count == rowLength } ?? !requiresImportance)
    encode(
      source, importance?.baseAddress, target, rowLength, values.count / rowLength)
  }
}

extension BlockFormat {
  /// Every format, one line each. A new format is a file in `Blocks/` and a line here.
  public static let all: [BlockFormat] = [
    f32, f16, bf16,
    q4_0, q5_0, q5_1, q8_0,
    q4_K, q5_K, q6_K,
    q4_1,
    q8_1,
    q8_K,
    q2_K,
    q3_K,
    iq2_xxs,
    iq2_xs,
    iq2_s,
    iq3_xxs,
    iq3_s,
    iq1_s,
    iq1_m,
    iq4_nl, iq4_xs,
    mxfp4, nvfp4,
    tq1_0, tq2_0,
    q1_0, q2_0,
    f64, i8, i16, i32, i64,
  ]
}
