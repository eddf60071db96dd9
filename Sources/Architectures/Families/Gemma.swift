extension Architecture {
  /// Gemma, the first: norms around zero, embeddings times the root of their width, GELU by tanh.
  /// Source: transformers' `modeling_gemma.py`.
  public static let gemma = Architecture(
    name: "gemma",
    huggingFace: ["GemmaForCausalLM"],
    modelType: "gemma",
    rope: (huggingFace: .halves, gguf: .halves),
    config: ConfigTable(
      ConfigTable.gemmaShape + [
        .rope(writes: []),
        .computed(\.embeddingScale) { Float($0.embeddingLength).squareRoot() },
        .integer("vocab_size", gguf: [], \.vocabularySize, absent: .embeddingRows, stated: .never),
        .flag("tie_word_embeddings", \.tiedEmbeddings, absent: true),
        // The first checkpoints say "gelu" and mean this one.
        .expected(
          "hidden_act", "gelu_pytorch_tanh", or: ["gelu"], fatal: true,
          consequence: "the feed-forward activation differs"),
        // Old configs state it, and transformers takes the other key.
        .unused(["hidden_activation"]),
        .expected("attention_bias", false, fatal: true, consequence: "the projections are biased"),
        .expected(
          "use_bidirectional_attention", false, fatal: true, consequence: "attention is not causal"),
      ]),
    tensors: TensorSpec.usualAttention + TensorSpec.usualFeedForward + [
      .model(.tokenEmbd, "model.embed_tokens", [.vocabulary, .embedding]),
      .block(.attnNorm, "input_layernorm", [.embedding], map: .plusOne),
      .block(.ffnNorm, "post_attention_layernorm", [.embedding], map: .plusOne),
      .model(.outputNorm, "model.norm", [.embedding], map: .plusOne),
      .model(.output, "lm_head", [.vocabulary, .embedding], .unless(\.tiedEmbeddings)),
    ],
    embedding: [.scale(\.embeddingScale)],
    block: .usualBlock(.init(), .gatedFeedForward(.init(.geluTanh))),
    head: .usualHead)
}

extension ConfigTable {
  /// The shape as the first two Gemmas state it.
  static let gemmaShape: [ConfigEntry] = [
    .integer("max_position_embeddings", gguf: ["context_length"], \.contextLength),
    .integer("hidden_size", gguf: ["embedding_length"], \.embeddingLength),
    .integer("num_hidden_layers", gguf: ["block_count"], \.blockCount),
    .integer("intermediate_size", gguf: ["feed_forward_length"], \.feedForwardLength),
    .integer("num_attention_heads", gguf: ["attention.head_count"], \.headCount),
    .integer(
      "num_key_value_heads", gguf: ["attention.head_count_kv"], \.headCountKV,
      absent: .same(\.headCount)),
    .float("rms_norm_eps", gguf: "attention.layer_norm_rms_epsilon", \.rmsEpsilon, absent: 1e-6),
    .integer(
      "head_dim", gguf: ["attention.key_length", "attention.value_length"], \.keyLength,
      absent: .number(256)),
    .fileType,
  ]
}
