extension Architecture {
  /// OLMo 2: norms after each branch and none before; queries and keys are normalized over the whole
  /// width of their heads.
  /// Source: transformers' `modeling_olmo2.py`.
  public static let olmo2 = Architecture(
    name: "olmo2",
    huggingFace: ["Olmo2ForCausalLM"],
    modelType: "olmo2",
    rope: (huggingFace: .halves, gguf: .halves),
    config: .decoder(
      headDimension: .ifUnusual,
      after: [
        .integer("vocab_size", gguf: [], \.vocabularySize, absent: .embeddingRows, stated: .never),
        .expected("attention_bias", false, fatal: true, consequence: "the projections are biased"),
      ]),
    tensors: TensorSpec.usualAttention + TensorSpec.usualFeedForward + [
      .model(.tokenEmbd, "model.embed_tokens", [.vocabulary, .embedding]),
      .block(.attnQNorm, "self_attn.q_norm", [.heads * .headDimension]),
      .block(.attnKNorm, "self_attn.k_norm", [.headsKV * .headDimension]),
      .block(.attnPostNorm, "post_attention_layernorm", [.embedding]),
      .block(.ffnPostNorm, "post_feedforward_layernorm", [.embedding]),
      .model(.outputNorm, "model.norm", [.embedding]),
      .model(.output, "lm_head", [.vocabulary, .embedding], .unless(\.tiedEmbeddings)),
    ],
    block: .postNormBlock(
      .init(queryNorm: .attnQNorm, keyNorm: .attnKNorm, norm: .rmsWhole)),
    head: .usualHead)
}
