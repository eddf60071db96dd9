extension Architecture {
  /// Mixtral: Llama with a mixture of experts, of which each token takes the best by softmax.
  /// In GGUF it is a llama with experts.
  /// Source: transformers' `modeling_mixtral.py`.
  public static let mixtral = Architecture(
    name: "llama",
    huggingFace: ["MixtralForCausalLM"],
    modelType: "mixtral",
    ggufMark: "expert_count",
    rope: (huggingFace: .halves, gguf: .pairs),
    config: .decoder(
      headDimension: .ifUnusual,
      experts: [
        .integer("num_local_experts", gguf: ["expert_count"], \.expertCount),
        .integer("num_experts_per_tok", gguf: ["expert_used_count"], \.expertUsedCount),
        .integer(
          "expert_feed_forward_length", gguf: [], \.expertFeedForwardLength,
          absent: .same(\.feedForwardLength)),
      ],
      after: [
        .integer("vocab_size", gguf: ["vocab_size"], \.vocabularySize, absent: .embeddingRows),
        .integer(
          "head_dim", gguf: ["rope.dimension_count"], \.keyLength, absent: .same(\.keyLength)),
        .integer("sliding_window", gguf: [], \.slidingWindow, absent: .number(0), least: 0),
        .layers(.sliding(period: 0)),
        .unused(["router_aux_loss_coef", "router_jitter_noise", "output_router_logits"]),
      ]),
    tensors: TensorSpec.usualFrame + TensorSpec.usualAttention + [
      .block(.ffnGateInp, "block_sparse_moe.gate", [.experts, .embedding]),
      .block(
        .ffnGateExps, "block_sparse_moe.experts.*.w1",
        [.experts, .expertFeedForward, .embedding],
        or: [Placement("mlp.experts.gate_up_proj", .inOrder, hasSuffix: false)]),
      .block(
        .ffnDownExps, "block_sparse_moe.experts.*.w2",
        [.experts, .embedding, .expertFeedForward], or: [.bare("mlp.experts.down_proj")]),
      .block(
        .ffnUpExps, "block_sparse_moe.experts.*.w3",
        [.experts, .expertFeedForward, .embedding],
        or: [Placement("mlp.experts.gate_up_proj", .inOrder, hasSuffix: false)]),
    ],
    block: .usualBlock(.init(), .mixtureOfExperts(.init(normalizes: true))),
    head: .usualHead)
}
