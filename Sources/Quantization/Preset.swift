import Architectures
import Tensors

/// A named mix of types, as llama-quantize knows it.
public struct Preset: Sendable {
  public let name: String
  /// `general.file_type`, llama.cpp's `llama_ftype`.
  public let fileType: UInt32
  /// The type of every matrix that no rule speaks of.
  public let base: DType
  /// In order; a later rule overrides an earlier one.
  public let rules: [Rule]

  /// Presets of plain types keep every matrix in one type, and write tensors in the source's order
  /// as llama.cpp's converter does; the others are ordered as llama-quantize writes them.
  public var isPlain: Bool { !base.isQuantized }

  init(_ name: String, _ fileType: UInt32, _ base: DType, _ rules: [Rule] = []) {
    self.name = name
    self.fileType = fileType
    self.base = base
    self.rules = base.isQuantized && base != .q8_0 ? [Preset.head] + rules + [Preset.big] : rules
  }

  /// The output head (the token embedding, where the head is tied) is the most sensitive matrix.
  private static let head = Rule(.outputHead, .all, to: .q6_K)
  /// With eight queries to a value head, the value projection is small and worth more bits.
  private static let big = Rule(
    .role(.attnV), .all, to: .q5_K, replacing: [.q3_K, .q4_K], onlyIf: .is70B)

  /// Source: llama.cpp, `llama_tensor_get_type` and `llama_model_quantize_impl` in
  /// `src/llama-quant.cpp`. A new preset is a line here.
  public static let all: [Preset] = [
    Preset("F32", 0, .f32),
    Preset("F16", 1, .f16),
    Preset("BF16", 32, .bf16),
    Preset("Q8_0", 7, .q8_0),
    Preset("Q4_0", 2, .q4_0),
    Preset(
      "Q4_K_S", 14, .q4_K,
      [
        Rule(.role(.attnV), .first(4), to: .q5_K),
        Rule(.role(.ffnDown), .firstEighth, to: .q5_K),
      ]),
    Preset(
      "Q4_K_M", 15, .q4_K,
      [
        Rule(.role(.attnV), .moreBits, to: .q6_K),
        Rule(.role(.ffnDown), .moreBits, to: .q6_K),
      ]),
    Preset("Q5_K_S", 16, .q5_K),
    Preset(
      "Q5_K_M", 17, .q5_K,
      [
        Rule(.role(.attnV), .moreBits, to: .q6_K),
        Rule(.role(.ffnDown), .moreBits, to: .q6_K),
      ]),
    Preset("Q6_K", 18, .q6_K),
  ]

  /// Names compare without case; `Q4_K` and `Q5_K` mean their `_M` mixes, as in llama-quantize.
  public static func named(_ name: String) -> Preset? {
    let wanted = name.uppercased()
    let alias = ["Q4_K": "Q4_K_M", "Q5_K": "Q5_K_M"][wanted] ?? wanted
    return all.first { $0.name == alias }
  }
}
