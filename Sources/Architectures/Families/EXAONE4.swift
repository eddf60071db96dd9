extension Architecture {
  /// EXAONE 4: norms after each branch, normalized queries and keys. The large models have layers
  /// with a window, and rope rotates only those.
  /// Source: transformers' `modeling_exaone4.py`.
  public static let exaone4 = Architecture(
    name: "exaone4",
    huggingFace: ["Exaone4ForCausalLM"],
    modelType: "exaone4",
    rope: (huggingFace: .halves, gguf: .halves),
    config: .decoder(
      headDimension: .always,
      after: [
        .integer("vocab_size", gguf: ["vocab_size"], \.vocabularySize, absent: .embeddingRows),
        .integer(
          "sliding_window", gguf: ["attention.sliding_window"], \.slidingWindow,
          absent: .number(0), stated: .ifUnusual, least: 0),
        .layers(.sliding(period: 4, gguf: pattern)),
        .layers(.ropedWhereSliding(period: 4, gguf: pattern)),
      ]),
    tensors: TensorSpec.usualAttention + TensorSpec.usualFeedForward + [
      .ropeDivisors,
      .model(.tokenEmbd, "model.embed_tokens", [.vocabulary, .embedding]),
      .block(.attnQNorm, "self_attn.q_norm", [.headDimension]),
      .block(.attnKNorm, "self_attn.k_norm", [.headDimension]),
      .block(.attnPostNorm, "post_attention_layernorm", [.embedding]),
      .block(.ffnPostNorm, "post_feedforward_layernorm", [.embedding]),
      .model(.outputNorm, "model.norm", [.embedding]),
      .model(.output, "lm_head", [.vocabulary, .embedding], .unless(\.tiedEmbeddings)),
    ],
    block: .postNormBlock(
      .init(queryNorm: .attnQNorm, keyNorm: .attnKNorm, roped: .roped)),
    head: .usualHead)

  private static let pattern = "attention.sliding_window_pattern"
}
