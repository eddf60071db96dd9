import Tensors

/// A named mix of types, as llama-quantize knows it.
public struct Preset: Sendable {
  public let name: String
  /// `general.file_type`, llama.cpp's `llama_ftype`; nil keeps what the source says.
  public let fileType: UInt32?
  /// The type of every matrix that no rule speaks of; nil keeps what the source has.
  public let base: DType?
  /// The output head, or the token embedding of a model whose head is tied: the most sensitive
  /// matrix. Rows that are no whole number of the base type's blocks get Q8_0 there.
  let head: DType?
  /// In order; a later rule overrides an earlier one.
  let rules: [Rule]
  /// Matrices of several experts.
  let experts: DType?
  /// Whether these types need an importance matrix, beyond those that always do.
  let needsImportance: Set<DType>

  /// Presets of plain types keep every matrix in one type, and write tensors in the source's order
  /// as llama.cpp's converter does; the others are ordered as llama-quantize writes them.
  public var isPlain: Bool { base.map { !$0.isQuantized } ?? false }
  /// Nothing is converted: `COPY`.
  public var isCopy: Bool { base == nil }

  init(
    _ name: String, _ fileType: UInt32?, _ base: DType?, head: DType? = nil, experts: DType? = nil,
    needsImportance: Set<DType> = [], _ rules: [Rule] = []
  ) {
    self.name = name
    self.fileType = fileType
    self.base = base
    self.head = head
    self.experts = experts
    self.needsImportance = needsImportance
    self.rules = rules
  }

  /// Names compare without case; `Q3_K`, `Q4_K` and `Q5_K` mean their `_M` mixes, as in
  /// llama-quantize.
  public static func named(_ name: String) -> Preset? {
    let wanted = name.uppercased()
    let alias = ["Q3_K", "Q4_K", "Q5_K"].contains(wanted) ? wanted + "_M" : wanted
    return all.first { $0.name == alias }
  }
}
