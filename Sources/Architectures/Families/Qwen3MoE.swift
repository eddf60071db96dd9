extension Architecture {
  /// Qwen3-MoE: Qwen3 with experts.
  /// Source: transformers' `modeling_qwen3_moe.py`.
  public static let qwen3MoE = Architecture(
    name: "qwen3moe",
    huggingFace: ["Qwen3MoeForCausalLM"],
    modelType: "qwen3_moe",
    rope: (huggingFace: .halves, gguf: .halves),
    config: .decoder(
      headDimension: .always, experts: ConfigTable.qwenExperts,
      after: [
        // transformers 5 saves the number under this name.
        .integer(
          "num_local_experts", gguf: [], \.expertCount, absent: .same(\.expertCount)),
        .integer(
          "moe_intermediate_size", gguf: ["expert_feed_forward_length"], \.expertFeedForwardLength),
        .assumed("norm_topk_prob", \.expertWeightsNorm, absent: false, gguf: true),
        .expected("attention_bias", false, fatal: true, consequence: "the projections are biased"),
      ] + ConfigTable.qwenMixture),
    tensors: TensorSpec.usualFrame + TensorSpec.usualAttention + [
      .block(.attnQNorm, "self_attn.q_norm", [.headDimension]),
      .block(.attnKNorm, "self_attn.k_norm", [.headDimension]),
    ] + TensorSpec.usualFeedForward + TensorSpec.qwenExperts,
    block: .usualBlock(
      .init(queryNorm: .attnQNorm, keyNorm: .attnKNorm),
      .layers(
        .mixture, [.mixtureOfExperts(.init())], otherwise: [.gatedFeedForward(.init())])),
    head: .usualHead)
}
