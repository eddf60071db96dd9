import CKernels

/// A format's decode kernel on its own: what a loop calls that cannot afford a look-up per row.
public struct RowDecoder: Sendable {
  public let dtype: DType
  /// Decodes `count` elements, a whole number of blocks.
  public let decode: assay_decode_fn

  public init(dtype: DType, decode: @escaping assay_decode_fn) {
    self.dtype = dtype
    self.decode = decode
  }
}

extension BlockFormat {
  public func rowDecoder(_ kernels: Kernels = .active) -> RowDecoder {
    RowDecoder(dtype: dtype, decode: codec(kernels.table.pointee).decode)
  }
}
