extension Architecture {
  /// Qwen3.5: delta nets and gated attention, a dense feed-forward network. In GGUF its value heads
  /// are tiled.
  /// Source: transformers' `modeling_qwen3_5.py`.
  public static let qwen35 = Architecture(
    name: "qwen35",
    huggingFace: ["Qwen3_5ForCausalLM"],
    modelType: "qwen3_5_text",
    rope: (huggingFace: .halves, gguf: .halves),
    config: .hybrid(
      width: [.integer("intermediate_size", gguf: ["feed_forward_length"], \.feedForwardLength)],
      sections: [.ropeSections(absent: [11, 11, 10])]),
    tensors: qwen35Layers + TensorSpec.usualFeedForward,
    block: .hybridBlock(.gatedFeedForward(.init())), head: .usualHead)

  /// The same with experts.
  /// Source: transformers' `modeling_qwen3_5_moe.py`.
  public static let qwen35Experts = Architecture(
    name: "qwen35moe",
    huggingFace: ["Qwen3_5MoeForCausalLM"],
    modelType: "qwen3_5_moe_text",
    rope: (huggingFace: .halves, gguf: .halves),
    config: .hybrid(
      width: [], sections: [.ropeSections(absent: [11, 11, 10])],
      experts: ConfigTable.gatedExperts, expertWidths: ConfigTable.gatedExpertWidths),
    tensors: qwen35Layers + TensorSpec.gatedExperts,
    block: .hybridBlock(
      .mixtureOfExperts(
        .init(normalizes: true, shared: .shared(), sharedGate: .ffnGateInpShexp))),
    head: .usualHead)

  private static let qwen35Layers: [TensorSpec] = {
    let mixed = Placement.fused("linear_attn.in_proj_qkv")
    let heads = Size.number(\.ssmTimeStepRank)
    let all = HeadTiling.rows(after: .constant(0))
    return TensorSpec.hybridFrame + TensorSpec.gatedAttention + [
      .block(.attnQ, mixed, [.deltaKeys, .embedding], gguf: .fused(.attnQKV), in: .recurrent),
      .block(.attnK, mixed, [.deltaKeys, .embedding], gguf: .fused(.attnQKV), in: .recurrent),
      .block(
        .attnV, mixed, [.deltaValues, .embedding], gguf: .fused(.attnQKV), in: .recurrent,
        tiled: all),
      .block(
        .attnGate, "linear_attn.in_proj_z", [.deltaValues, .embedding], in: .recurrent, tiled: all),
      .block(.ssmBeta, "linear_attn.in_proj_b", [heads, .embedding], in: .recurrent, tiled: all),
      .block(.ssmAlpha, "linear_attn.in_proj_a", [heads, .embedding], in: .recurrent, tiled: all),
    ] + TensorSpec.deltaNet(isTiled: true)
  }()
}
