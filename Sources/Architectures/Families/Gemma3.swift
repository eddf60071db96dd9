/// Gemma 3, the text model: five layers with a window to one without, and a base of rope for each
/// kind; normalized queries and keys; norms around zero before and after each branch.
/// Source: transformers' `modeling_gemma3.py`.
extension Architecture {
  public static let gemma3 = gemma3(
    "Gemma3ForCausalLM", modelType: "gemma3_text", config: ConfigTable(ConfigTable.gemma3),
    prefix: "")

  /// The same beside a vision tower, which is left out.
  public static let gemma3Vision = gemma3(
    "Gemma3ForConditionalGeneration", modelType: "gemma3",
    config: ConfigTable(
      ConfigTable.gemma3 + [
        .unused([
          "vision_config", "mm_tokens_per_image", "boi_token_index", "eoi_token_index",
          "image_token_index",
        ])
      ], part: "text_config"),
    prefix: "language_model.")

  private static func gemma3(
    _ name: String, modelType: String, config: ConfigTable, prefix: String
  ) -> Architecture {
    Architecture(
      name: "gemma3",
      huggingFace: [name],
      modelType: modelType,
      rope: (huggingFace: .halves, gguf: .halves),
      config: config,
      blockPrefix: prefix + "model.layers.",
      tensors: TensorSpec.gemma3(prefix),
      otherParts: prefix.isEmpty ? [] : ["vision_tower.", "multi_modal_projector."],
      embedding: [.scale(\.embeddingScale)],
      block: .gemmaBlock(.init(queryNorm: .attnQNorm, keyNorm: .attnKNorm)),
      head: .usualHead + [.softCap(\.finalLogitSoftcapping)])
  }
}

extension ConfigTable {
  fileprivate static let gemma3: [ConfigEntry] = [
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
  ]
}

extension TensorSpec {
  fileprivate static func gemma3(_ prefix: String) -> [TensorSpec] {
    TensorSpec.usualAttention + TensorSpec.usualFeedForward + [
      .model(.tokenEmbd, Placement(prefix + "model.embed_tokens"), [.vocabulary, .embedding]),
      .block(.attnNorm, "input_layernorm", [.embedding], map: .plusOne),
      .block(.attnQNorm, "self_attn.q_norm", [.headDimension], map: .plusOne),
      .block(.attnKNorm, "self_attn.k_norm", [.headDimension], map: .plusOne),
      .block(.attnPostNorm, "post_attention_layernorm", [.embedding], map: .plusOne),
      .block(.ffnNorm, "pre_feedforward_layernorm", [.embedding], map: .plusOne),
      .block(.ffnPostNorm, "post_feedforward_layernorm", [.embedding], map: .plusOne),
      .model(.outputNorm, Placement(prefix + "model.norm"), [.embedding], map: .plusOne),
      .model(
        .output, Placement(prefix + "lm_head"), [.vocabulary, .embedding], .unless(\.tiedEmbeddings)
      ),
    ]
  }
}
