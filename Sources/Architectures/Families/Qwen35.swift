/// Qwen3.5: delta nets and gated attention. In GGUF the value heads of its delta nets are tiled.
/// Source: transformers' `modeling_qwen3_5.py` and `modeling_qwen3_5_moe.py`.
extension Architecture {
  public static let qwen35 = qwen35(
    "qwen35", ["Qwen3_5ForCausalLM"], modelType: "qwen3_5_text", dense, isPart: false)
  /// The same beside a vision tower, as it is published; the tower is left out.
  public static let qwen35Vision = qwen35(
    "qwen35", ["Qwen3_5ForConditionalGeneration"], modelType: "qwen3_5", dense, isPart: true)
  public static let qwen35Experts = qwen35(
    "qwen35moe", ["Qwen3_5MoeForCausalLM"], modelType: "qwen3_5_moe_text",
    experts(arePacked: false), isPart: false)
  public static let qwen35ExpertsVision = qwen35(
    "qwen35moe", ["Qwen3_5MoeForConditionalGeneration"], modelType: "qwen3_5_moe",
    experts(arePacked: true), isPart: true)

  private static let dense = Network(
    width: [.integer("intermediate_size", gguf: ["feed_forward_length"], \.feedForwardLength)],
    tensors: TensorSpec.usualFeedForward, op: .gatedFeedForward(.init()))

  private static func experts(arePacked: Bool) -> Network {
    Network(
      experts: ConfigTable.gatedExperts, expertWidths: ConfigTable.gatedExpertWidths,
      tensors: TensorSpec.gatedExperts(arePacked: arePacked),
      op: .mixtureOfExperts(
        .init(normalizes: true, shared: .shared(), sharedGate: .ffnGateInpShexp)))
  }

  /// What the families differ in.
  private struct Network {
    var width: [ConfigEntry] = []
    var experts: [ConfigEntry] = []
    var expertWidths: [ConfigEntry] = []
    let tensors: [TensorSpec]
    let op: Op
  }

  private static func qwen35(
    _ name: String, _ huggingFace: [String], modelType: String, _ network: Network, isPart: Bool
  ) -> Architecture {
    let prefix = isPart ? "model.language_model." : "model."
    let others: ConfigEntry = .unused([
      "vision_config", "image_token_id", "video_token_id", "vision_start_token_id",
      "vision_end_token_id", "language_model_only",
    ])
    return Architecture(
      name: name,
      huggingFace: huggingFace,
      modelType: modelType,
      rope: (huggingFace: .halves, gguf: .halves),
      config: .hybrid(
        width: network.width, sections: [.ropeSections(absent: [11, 11, 10])],
        experts: network.experts, expertWidths: network.expertWidths,
        after: [
          .expected(
            "attn_output_gate", true, fatal: true, consequence: "attention has no gate"),
          .expected(
            "output_gate_type", "swish", fatal: true, consequence: "a gate's activation differs"),
          // transformers does not read it.
          .unused(["mlp_only_layers"]),
        ] + (isPart ? [others] : []),
        part: isPart ? "text_config" : nil),
      blockPrefix: prefix + "layers.",
      tensors: TensorSpec.hybridFrame(prefix) + TensorSpec.gatedAttention + projections
        + TensorSpec.deltaNet(isTiled: true) + network.tensors,
      otherParts: ["mtp."] + (isPart ? ["model.visual."] : []),
      block: .hybridBlock(network.op),
      head: .usualHead)
  }

  private static let projections: [TensorSpec] = {
    let mixed = Placement.fused("linear_attn.in_proj_qkv")
    let heads = Size.number(\.ssmTimeStepRank)
    let all = HeadTiling.rows(after: .constant(0))
    return [
      .block(.attnQ, mixed, [.deltaKeys, .embedding], gguf: .fused(.attnQKV), in: .recurrent),
      .block(.attnK, mixed, [.deltaKeys, .embedding], gguf: .fused(.attnQKV), in: .recurrent),
      .block(
        .attnV, mixed, [.deltaValues, .embedding], gguf: .fused(.attnQKV), in: .recurrent,
        tiled: all),
      .block(
        .attnGate, "linear_attn.in_proj_z", [.deltaValues, .embedding], in: .recurrent, tiled: all),
      .block(.ssmBeta, "linear_attn.in_proj_b", [heads, .embedding], in: .recurrent, tiled: all),
      .block(.ssmAlpha, "linear_attn.in_proj_a", [heads, .embedding], in: .recurrent, tiled: all),
    ]
  }()
}
