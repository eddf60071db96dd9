import CKernels

/// A format's decode kernel on its own: what a loop calls that cannot afford a look-up per row.
public struct RowDecoder: Sendable {
  public let dtype: DType
  /// Decodes `count` elements, a whole number of blocks.
  public let decode: assay_decode_fn
  /// Shorter ways into a matrix multiplication than through `decode`; see `assay_codec`.
  public let panel: assay_panel_fn?
  public let few: assay_few_fn?

  public init(
    dtype: DType, decode: @escaping assay_decode_fn, panel: assay_panel_fn? = nil,
    few: assay_few_fn? = nil
  ) {
    self.dtype = dtype
    self.decode = decode
    self.panel = panel
    self.few = few
  }
}

extension BlockFormat {
  public func rowDecoder(_ kernels: Kernels = .active) -> RowDecoder {
    let codec = codec(kernels.table.pointee)
    return RowDecoder(dtype: dtype, decode: codec.decode, panel: codec.panel, few: codec.few)
  }
}
