extension Architecture {
  /// Gemma 3, the text model: five layers with a window to one without, and a base of rope for each
  /// kind; normalized queries and keys; norms around zero before and after each branch.
  /// Source: transformers' `modeling_gemma3.py`.
  public static let gemma3 = Architecture(
    name: "gemma3",
    huggingFace: ["Gemma3ForCausalLM"],
    modelType: "gemma3_text",
    rope: (huggingFace: .halves, gguf: .halves),
    config: ConfigTable([
      .integer("num_hidden_layers", gguf: ["block_count"], \.blockCount),
      .integer(
        "max_position_embeddings", gguf: ["context_length"], \.contextLength,
        absent: .number(131_072)),
      .integer("hidden_size", gguf: ["embedding_length"], \.embeddingLength),
      .integer("intermediate_size", gguf: ["feed_forward_length"], \.feedForwardLength),
      .integer(
        "num_attention_heads", gguf: ["attention.head_count"], \.headCount, absent: .number(8)),
      .integer(
        "num_key_value_heads", gguf: ["attention.head_count_kv"], \.headCountKV,
        absent: .number(4)),
      .rope(
        writes: [.scaling, .base, .slidingBase], absentBase: 1_000_000, absentSlidingBase: 10_000),
      .float("rms_norm_eps", gguf: "attention.layer_norm_rms_epsilon", \.rmsEpsilon, absent: 1e-6),
      .integer(
        "head_dim", gguf: ["attention.key_length", "attention.value_length"], \.keyLength,
        absent: .number(256)),
      .fileType,
      .float(
        "final_logit_softcapping", gguf: "final_logit_softcapping", \.finalLogitSoftcapping,
        absent: 0),
      .integer(
        "sliding_window", gguf: ["attention.sliding_window"], \.slidingWindow, absent: .number(4096)
      ),
      .layers(.sliding(period: 6)),
      .unused(["_sliding_window_pattern"]),
      .mapped(
        .queryScalar { $0.blockCount == 62 ? $0.embeddingLength / $0.headCount : $0.keyLength }),
      .computed(\.embeddingScale) { Float($0.embeddingLength).squareRoot() },
      .integer("vocab_size", gguf: [], \.vocabularySize, absent: .embeddingRows, stated: .never),
      .flag("tie_word_embeddings", \.tiedEmbeddings, absent: true),
      .expected(
        "hidden_activation", "gelu_pytorch_tanh", fatal: true,
        consequence: "the feed-forward activation differs"),
      .expected("attention_bias", false, fatal: true, consequence: "the projections are biased"),
      .expected(
        "attn_logit_softcapping", .null, fatal: true, consequence: "the scores are capped"),
      .expected(
        "use_bidirectional_attention", false, fatal: true, consequence: "attention is not causal"),
      .unused(["cache_implementation"]),
    ]),
    tensors: TensorSpec.usualAttention + TensorSpec.usualFeedForward + [
      .model(.tokenEmbd, "model.embed_tokens", [.vocabulary, .embedding]),
      .block(.attnNorm, "input_layernorm", [.embedding], map: .plusOne),
      .block(.attnQNorm, "self_attn.q_norm", [.headDimension], map: .plusOne),
      .block(.attnKNorm, "self_attn.k_norm", [.headDimension], map: .plusOne),
      .block(.attnPostNorm, "post_attention_layernorm", [.embedding], map: .plusOne),
      .block(.ffnNorm, "pre_feedforward_layernorm", [.embedding], map: .plusOne),
      .block(.ffnPostNorm, "post_feedforward_layernorm", [.embedding], map: .plusOne),
      .model(.outputNorm, "model.norm", [.embedding], map: .plusOne),
      .model(.output, "lm_head", [.vocabulary, .embedding], .unless(\.tiedEmbeddings)),
    ],
    embedding: [.scale(\.embeddingScale)],
    block: [
      .residual([
        .rmsNorm(.attnNorm), .attention(.init(queryNorm: .attnQNorm, keyNorm: .attnKNorm)),
        .rmsNorm(.attnPostNorm),
      ]),
      .residual([
        .rmsNorm(.ffnNorm), .gatedFeedForward(.init(.geluTanh)), .rmsNorm(.ffnPostNorm),
      ]),
    ],
    head: .usualHead + [.softCap(\.finalLogitSoftcapping)])
}
