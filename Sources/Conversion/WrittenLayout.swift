import Architectures
import Containers
import Tensors

extension Model {
  /// The layout of Hugging Face's files that a conversion gives it: the one that it has, or that a
  /// GGUF remembers. One that packs weights as MXFP4 is for weights that are and keep their type; a
  /// GGUF that remembers nothing gets it for these.
  func writtenLayout(_ type: DType?) throws(FormatError) -> Int {
    let metadata = checkpoint.tensors.metadata
    let most = architecture.tensors.map(\.huggingFace.count).max() ?? 1
    let known = convention == .gguf ? metadata[SourceKeys.layout]?.int ?? 0 : layout
    guard known >= 0, known < most else { return 0 }
    if convention == .gguf, metadata[SourceKeys.dtypes] == nil {
      for candidate in 0..<most { if try packs(candidate, type) { return candidate } }
    }
    if try !packed(known).isEmpty, try !packs(known, type) { return 0 }
    return known
  }

  /// Whether the files that a conversion writes hold weights as MXFP4.
  func writesPacked(_ type: DType?) throws(FormatError) -> Bool {
    try !packed(writtenLayout(type)).isEmpty
  }

  private func packed(_ layout: Int) throws(FormatError) -> [FileTensor] {
    try architecture.files(.huggingFace, layout: layout, parameters).filter(\.isMicroscaled)
  }

  private func packs(_ layout: Int, _ type: DType?) throws(FormatError) -> Bool {
    let packed = try packed(layout)
    return type == nil && !packed.isEmpty && packed.allSatisfy { sourceType(of: $0) == .mxfp4 }
  }
}
