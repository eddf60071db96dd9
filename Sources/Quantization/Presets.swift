import Tensors

/// llama-quantize's mixes, as data. Rules that several share stand once, below the list.
///
/// Source: llama.cpp at 0c1e570, `llama_tensor_get_type_impl` in `src/llama-quant.cpp`.
extension Preset {
  /// `LLAMA_FTYPE_MOSTLY_MXFP4_MOE`.
  static let packedFileType: UInt32 = 38

  /// A new preset is an entry here.
  public static let all: [Preset] = [
    Preset("F32", 0, .f32),
    Preset("F16", 1, .f16),
    Preset("BF16", 32, .bf16),
    Preset("Q8_0", 7, .q8_0, head: .q8_0, common),
    Preset("Q4_0", 2, .q4_0, head: .q6_K, common + [guarded(to: .q4_1)]),
    Preset("Q4_1", 3, .q4_1, head: .q6_K, common),
    Preset("Q5_0", 8, .q5_0, head: .q6_K, common + [guarded(to: .q5_1)]),
    Preset("Q5_1", 9, .q5_1, head: .q6_K, common),
    Preset(
      "Q2_K", 10, .q2_K, head: .q6_K,
      [
        Rule(.attentionV, to: .q3_K), Rule(.attentionV, to: .q4_K, onlyIf: grouped),
        Rule(.ffnDown, to: .q3_K),
        Rule(.attentionOutput, to: .q3_K),
      ] + common + [outputOf8Experts]),
    Preset(
      "Q2_K_S", 21, .q2_K, head: .q6_K, needsImportance: [.q2_K],
      [
        Rule(.attentionV, to: .q4_K, onlyIf: grouped),
        Rule(.ffnDown, .firstEighth, to: .q4_K),
      ] + common),
    Preset("Q3_K_S", 11, .q3_K, head: .q6_K, common + [outputOf8Experts]),
    Preset(
      "Q3_K_M", 12, .q3_K, head: .q6_K,
      [
        Rule(.attentionV, to: .q4_K), Rule(.attentionV, .first(2), to: .q5_K),
        Rule(.ffnDown, to: .q4_K), Rule(.ffnDown, .firstSixteenth, to: .q5_K),
        Rule(.attentionOutput, to: .q4_K, onlyIf: .not(.experts(8))),
      ] + common + [outputOf8Experts]),
    Preset(
      "Q3_K_L", 13, .q3_K, head: .q6_K,
      [
        Rule(.attentionV, to: .q5_K),
        Rule(.ffnDown, to: .q5_K),
        Rule(.attentionOutput, to: .q5_K, onlyIf: .not(.experts(8))),
      ] + common),
    Preset(
      "Q4_K_S", 14, .q4_K, head: .q6_K,
      [
        Rule(.attentionV, .first(4), to: .q5_K),
        Rule(.ffnDown, .firstEighth, to: .q5_K),
      ] + common + [outputOf8Experts]),
    Preset("Q4_K_M", 15, .q4_K, head: .q6_K, moreBits + common + [outputOf8Experts]),
    Preset("Q5_K_S", 16, .q5_K, head: .q6_K, common),
    Preset("Q5_K_M", 17, .q5_K, head: .q6_K, moreBits + common),
    Preset("Q6_K", 18, .q6_K, head: .q6_K, common),

    Preset("IQ1_S", 24, .iq1_s, head: .q5_K, lowBits(.q2_K, output: .iq2_xxs)),
    Preset("IQ1_M", 31, .iq1_m, head: .q5_K, lowBits(.q2_K, output: .iq2_xxs)),
    Preset("IQ2_XXS", 19, .iq2_xxs, head: .q5_K, lowBits(.q2_K, output: nil)),
    Preset("IQ2_XS", 20, .iq2_xs, head: .q5_K, lowBits(.q2_K, output: nil)),
    Preset("IQ2_S", 28, .iq2_xs, head: .q5_K, lowBits(.iq3_s, output: .iq3_s)),
    Preset("IQ2_M", 29, .iq2_s, head: .q5_K, lowBits(.iq3_s, output: .iq3_s)),
    Preset(
      "IQ3_XXS", 23, .iq3_xxs, head: .q5_K,
      [
        Rule(.tokenEmbedding, to: .iq3_s),
        Rule(.attentionV, to: .iq3_s, onlyIf: .not(.importance)),
        Rule(.attentionV, to: .q4_K, onlyIf: grouped),
        Rule(.attentionK, to: .iq2_s), Rule(.attentionQ, to: .iq2_s),
        Rule(.ffnDown, to: .q3_K, onlyIf: .not(.importance)),
        Rule(.ffnDown, .firstEighth, to: .q4_K, onlyIf: .not(.importance)),
        Rule(.attentionOutput, to: .iq3_s, onlyIf: .not(.experts(8))),
      ] + common + [outputOf8Experts]),
    Preset(
      "IQ3_XS", 22, .iq3_s, head: .q6_K,
      [
        Rule(.attentionV, to: .q4_K, onlyIf: grouped),
        Rule(.attentionK, to: .iq3_xxs), Rule(.attentionQ, to: .iq3_xxs),
        Rule(.ffnGate, .middle, to: .iq3_xxs), Rule(.ffnUp, .middle, to: .iq3_xxs),
      ] + common + [outputOf8Experts]),
    Preset(
      "IQ3_S", 26, .iq3_s, head: .q6_K,
      [Rule(.attentionV, to: .q4_K, onlyIf: grouped)] + common + [outputOf8Experts]),
    Preset(
      "IQ3_M", 27, .iq3_s, head: .q6_K,
      [
        Rule(.attentionV, to: .q4_K),
        Rule(.ffnDown, .firstEighth, to: .q4_K),
        Rule(.ffnDown, .moreBits, to: .q4_K, onlyIf: .experts(8)),
        Rule(.attentionOutput, to: .q4_K, onlyIf: .not(.experts(8))),
      ] + common + [outputOf8Experts]),
    Preset("IQ4_NL", 25, .iq4_nl, head: .q6_K, nonlinear4),
    Preset("IQ4_XS", 30, .iq4_xs, head: .q6_K, nonlinear4),

    Preset("TQ1_0", 36, .tq1_0, head: .q6_K, [Rule(.tokenEmbedding, to: .q4_K)] + common),
    Preset("TQ2_0", 37, .tq2_0, head: .q6_K, [Rule(.tokenEmbedding, to: .q4_K)] + common),
    Preset("Q1_0", 40, .q1_0, head: .q6_K, common),
    Preset("Q2_0", 41, .q2_0, head: .q6_K, [Rule(.tokenEmbedding, to: .q4_K)] + common),
    Preset("MXFP4_MOE", packedFileType, .q8_0, head: .q8_0, experts: .mxfp4),
    Preset("COPY", nil, nil),
  ]

  /// Few value heads are small, so more bits for them cost little.
  private static let grouped = Rule.Condition.grouped(atLeast: 4)

  /// Every mix but the lowest. With eight queries to a value head, the value projection is small;
  /// beside eight experts, all of attention is.
  private static let common = [
    Rule(.attentionV, to: .q5_K, replacing: [.q3_K, .q4_K], onlyIf: .is70B),
    Rule(.attentionV, to: .q8_0, onlyIf: .experts(8)),
    Rule(.attentionK, to: .q8_0, onlyIf: .experts(8)),
  ]
  private static let outputOf8Experts = Rule(.attentionOutput, to: .q5_K, onlyIf: .experts(8))

  private static let moreBits = [
    Rule(.attentionV, .moreBits, to: .q6_K),
    Rule(.ffnDown, .moreBits, to: .q6_K),
  ]

  /// What importance can do to the first layers in Q4_0 and Q5_0.
  private static func guarded(to type: DType) -> Rule {
    Rule(.ffnDown, .firstEighth, to: type, onlyIf: .importance)
  }

  private static let nonlinear4 =
    [
      Rule(.attentionV, to: .q5_K, onlyIf: grouped),
      Rule(.ffnDown, .firstEighth, to: .q5_K, onlyIf: .not(.importance)),
    ] + common + [outputOf8Experts]

  /// The mixes of about two bits and less.
  private static func lowBits(_ better: DType, output: DType?) -> [Rule] {
    [
      Rule(.tokenEmbedding, to: better),
      Rule(.attentionV, to: better),
      Rule(.attentionV, to: .q4_K, onlyIf: .any([grouped, .expertsAtLeast(4)])),
      Rule(.attentionK, to: .q4_K, onlyIf: .experts(8)),
      Rule(.ffnDown, .firstEighthCounted, to: better),
    ] + (output.map { [Rule(.attentionOutput, to: $0)] } ?? [])
      + [Rule(.attentionOutput, to: .q5_K, onlyIf: .experts(8))]
  }
}
