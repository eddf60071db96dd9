import Containers

extension TensorSpec {
  /// A norm with a bias.
  static func biasedNorm(
    _ role: TensorRole, _ name: Placement, _ presence: Presence = .required
  ) -> [TensorSpec] {
    [
      .bias(role, name, [.embedding], presence),
      .block(role, name, [.embedding], presence),
    ]
  }

  /// The output's norm with a bias.
  static func biasedOutputNorm(_ name: Placement) -> [TensorSpec] {
    [
      .modelBias(.outputNorm, name, [.embedding]),
      .model(.outputNorm, name, [.embedding]),
    ]
  }

  /// Biases of separate projections of queries, keys and values.
  static let usualBiases: [TensorSpec] = [
    .bias(
      .attnQ, "self_attn.q_proj", [.heads * .headDimension], .when(\.attentionBias),
      rotated: .heads),
    .bias(
      .attnK, "self_attn.k_proj", [.headsKV * .headDimension], .when(\.attentionBias),
      rotated: .headsKV),
    .bias(.attnV, "self_attn.v_proj", [.headsKV * .headDimension], .when(\.attentionBias)),
  ]

  /// The same, and the one of the projection after attention.
  static let allBiases: [TensorSpec] =
    usualBiases + [.bias(.attnOutput, "self_attn.o_proj", [.embedding], .when(\.attentionBias))]
}

extension ConfigTable {
  /// A decoder with layer norms, in the order of llama.cpp's generic converter.
  static func layerNormDecoder(
    epsilon: String, activation: JSONValue = "silu", context: [ConfigEntry]? = nil,
    headDimension: ConfigEntry.Statement, base: Float = 10_000, after: [ConfigEntry]
  ) -> ConfigTable {
    let context =
      context ?? [.integer("max_position_embeddings", gguf: ["context_length"], \.contextLength)]
    return ConfigTable(
      [.integer("num_hidden_layers", gguf: ["block_count"], \.blockCount)] + context + [
        .integer("hidden_size", gguf: ["embedding_length"], \.embeddingLength),
        .integer("intermediate_size", gguf: ["feed_forward_length"], \.feedForwardLength),
        .integer("num_attention_heads", gguf: ["attention.head_count"], \.headCount),
        .integer(
          "num_key_value_heads", gguf: ["attention.head_count_kv"], \.headCountKV,
          absent: .same(\.headCount)),
        .rope(absentBase: base),
        .float(epsilon, gguf: "attention.layer_norm_epsilon", \.layerNormEpsilon, absent: 1e-5),
        .integer(
          "head_dim", gguf: ["attention.key_length", "attention.value_length"], \.keyLength,
          absent: .headSize, stated: headDimension),
        .fileType,
        .expected(
          "hidden_act", activation, fatal: true,
          consequence: "the feed-forward activation differs"),
        .flag("tie_word_embeddings", \.tiedEmbeddings, absent: true),
      ] + after)
  }
}
