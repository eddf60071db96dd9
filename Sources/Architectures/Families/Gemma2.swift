extension Architecture {
  /// Gemma 2: norms around zero before and after each branch, caps on scores and logits, every
  /// other layer with a window, embeddings times the root of their width.
  /// Source: transformers' `modeling_gemma2.py`.
  public static let gemma2 = Architecture(
    name: "gemma2",
    huggingFace: ["Gemma2ForCausalLM"],
    modelType: "gemma2",
    rope: (huggingFace: .halves, gguf: .halves),
    config: ConfigTable(
      ConfigTable.gemmaShape + [
        .float(
          "attn_logit_softcapping", gguf: "attn_logit_softcapping", \.attnLogitSoftcapping,
          absent: 0),
        .float(
          "final_logit_softcapping", gguf: "final_logit_softcapping", \.finalLogitSoftcapping,
          absent: 0),
        .integer(
          "sliding_window", gguf: ["attention.sliding_window"], \.slidingWindow,
          absent: .number(4096)
        ),
        .layers(.sliding(period: 2)),
        .rope(writes: []),
        .mapped(
          .queryScalar { $0.blockCount == 46 ? $0.embeddingLength / $0.headCount : $0.keyLength }),
        .computed(\.embeddingScale) { Float($0.embeddingLength).squareRoot() },
        .integer("vocab_size", gguf: [], \.vocabularySize, absent: .embeddingRows, stated: .never),
        .flag("tie_word_embeddings", \.tiedEmbeddings, absent: true),
        .expected(
          "hidden_activation", "gelu_pytorch_tanh", fatal: true,
          consequence: "the feed-forward activation differs"),
        // Old configs state it, and transformers takes the other key.
        .unused(["hidden_act", "cache_implementation"]),
        .expected("attention_bias", false, fatal: true, consequence: "the projections are biased"),
        .expected(
          "use_bidirectional_attention", false, fatal: true, consequence: "attention is not causal"),
      ]),
    tensors: TensorSpec.usualAttention + TensorSpec.usualFeedForward + [
      .model(.tokenEmbd, "model.embed_tokens", [.vocabulary, .embedding]),
      .block(.attnNorm, "input_layernorm", [.embedding], map: .plusOne),
      .block(.attnPostNorm, "post_attention_layernorm", [.embedding], map: .plusOne),
      .block(.ffnNorm, "pre_feedforward_layernorm", [.embedding], map: .plusOne),
      .block(.ffnPostNorm, "post_feedforward_layernorm", [.embedding], map: .plusOne),
      .model(.outputNorm, "model.norm", [.embedding], map: .plusOne),
      .model(.output, "lm_head", [.vocabulary, .embedding], .unless(\.tiedEmbeddings)),
    ],
    embedding: [.scale(\.embeddingScale)],
    block: .gemmaBlock(.init()),
    head: .usualHead + [.softCap(\.finalLogitSoftcapping)])
}

extension ConfigEntry.Mapped {
  /// Gemma's `query_pre_attn_scalar`: scores are multiplied by its root's reciprocal. A GGUF does
  /// not state it; `usual` is what llama.cpp takes.
  static func queryScalar(_ usual: @escaping @Sendable (HyperParameters) -> Int)
    -> ConfigEntry.Mapped
  {
    ConfigEntry.Mapped(
      "query_pre_attn_scalar", gguf: nil, \.attentionScale,
      absent: { Float(1 / Double(usual($0)).squareRoot()) },
      read: { value, _ in Float(1 / value.squareRoot()) },
      write: { scale, _ in (1 / (Double(scale) * Double(scale))).rounded() })
  }
}

extension [Op] {
  /// A block of the later Gemmas: norms before and after each branch.
  static func gemmaBlock(_ attention: Op.Attention) -> [Op] {
    [
      .residual([.rmsNorm(.attnNorm), .attention(attention), .rmsNorm(.attnPostNorm)]),
      .residual([
        .rmsNorm(.ffnNorm), .gatedFeedForward(.init(.geluTanh)), .rmsNorm(.ffnPostNorm),
      ]),
    ]
  }
}
