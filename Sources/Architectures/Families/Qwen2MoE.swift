extension Architecture {
  /// Qwen1.5-MoE and Qwen2-MoE: Qwen2 with experts, and one that every token takes.
  /// Source: transformers' `modeling_qwen2_moe.py`.
  public static let qwen2MoE = Architecture(
    name: "qwen2moe",
    huggingFace: ["Qwen2MoeForCausalLM"],
    modelType: "qwen2_moe",
    rope: (huggingFace: .halves, gguf: .halves),
    config: .decoder(
      headDimension: .ifUnusual, experts: ConfigTable.qwenExperts,
      after: [
        .integer(
          "moe_intermediate_size", gguf: ["expert_feed_forward_length"], \.expertFeedForwardLength),
        .integer(
          "shared_expert_intermediate_size", gguf: ["expert_shared_feed_forward_length"],
          \.expertSharedFeedForwardLength),
        .assumed("norm_topk_prob", \.expertWeightsNorm, absent: false, gguf: false),
        .flag("qkv_bias", \.attentionBias, absent: true),
      ] + ConfigTable.qwenMixture),
    tensors: TensorSpec.usualFrame + TensorSpec.usualAttention + [
      .bias(
        .attnQ, "self_attn.q_proj", [.heads * .headDimension], .when(\.attentionBias),
        rotated: .heads),
      .bias(
        .attnK, "self_attn.k_proj", [.headsKV * .headDimension], .when(\.attentionBias),
        rotated: .headsKV),
      .bias(.attnV, "self_attn.v_proj", [.headsKV * .headDimension], .when(\.attentionBias)),
    ] + TensorSpec.usualFeedForward + TensorSpec.qwenExperts + [
      .block(
        .ffnGateInpShexp, Placement("mlp.shared_expert_gate", shape: [.constant(1), .embedding]),
        [.embedding],
        gguf: Placement(
          TensorRole.ffnGateInpShexp.rawValue, shape: [.constant(1), .embedding]), in: .mixture),
      .block(
        .ffnDownShexp, "mlp.shared_expert.down_proj", [.embedding, .sharedFeedForward], in: .mixture
      ),
      .block(
        .ffnGateShexp, "mlp.shared_expert.gate_proj", [.sharedFeedForward, .embedding], in: .mixture
      ),
      .block(
        .ffnUpShexp, "mlp.shared_expert.up_proj", [.sharedFeedForward, .embedding], in: .mixture),
    ],
    block: .usualBlock(
      .init(),
      .layers(
        .mixture, [.mixtureOfExperts(.init(shared: .shared(), sharedGate: .ffnGateInpShexp))],
        otherwise: [.gatedFeedForward(.init())])),
    head: .usualHead)
}

extension ConfigTable {
  static let qwenExperts: [ConfigEntry] = [
    .integer("num_experts", gguf: ["expert_count"], \.expertCount, absent: .number(0)),
    .integer("num_experts_per_tok", gguf: ["expert_used_count"], \.expertUsedCount),
  ]

  static let qwenMixture: [ConfigEntry] =
    [
      .integer(
        "decoder_sparse_step", gguf: [], \.expertLayerStep, absent: .number(1)),
      .expected(
        "mlp_only_layers", .array([]), fatal: true, consequence: "further layers are dense"),
      .integer(
        "vocab_size", gguf: ["vocab_size"], \.vocabularySize, absent: .embeddingRows,
        stated: .never),
      .unused(["router_aux_loss_coef", "output_router_logits"]),
    ] + ConfigTable.fullAttention
}

extension TensorSpec {
  /// The router and the experts, in transformers' order.
  static let qwenExperts: [TensorSpec] = [
    .block(.ffnGateInp, "mlp.gate", [.experts, .embedding], in: .mixture),
    .block(
      .ffnDownExps, "mlp.experts.*.down_proj", [.experts, .embedding, .expertFeedForward],
      in: .mixture, or: [.bare("mlp.experts.down_proj")]),
    .block(
      .ffnGateExps, "mlp.experts.*.gate_proj", [.experts, .expertFeedForward, .embedding],
      in: .mixture, or: [Placement("mlp.experts.gate_up_proj", .inOrder, hasSuffix: false)]),
    .block(
      .ffnUpExps, "mlp.experts.*.up_proj", [.experts, .expertFeedForward, .embedding],
      in: .mixture, or: [Placement("mlp.experts.gate_up_proj", .inOrder, hasSuffix: false)]),
  ]
}
