extension Architecture {
  /// GLM-4 in transformers' layout: rope on pairs of part of each head, gate and up in one tensor.
  /// llama.cpp's converter was made for the original layout and states the width as context, 1e-5 as
  /// epsilon and 10000 as base of every model; what is written here are the model's numbers.
  /// Source: transformers' `modeling_glm.py`.
  public static let glm = Architecture(
    name: "chatglm",
    huggingFace: ["GlmForCausalLM"],
    modelType: "glm",
    rope: (huggingFace: .pairs, gguf: .pairs),
    config: ConfigTable([
      .integer("max_position_embeddings", gguf: ["context_length"], \.contextLength),
      .integer("hidden_size", gguf: ["embedding_length"], \.embeddingLength),
      .integer("intermediate_size", gguf: ["feed_forward_length"], \.feedForwardLength),
      .integer("num_hidden_layers", gguf: ["block_count"], \.blockCount),
      .integer("num_attention_heads", gguf: ["attention.head_count"], \.headCount),
      .integer(
        "num_key_value_heads", gguf: ["attention.head_count_kv"], \.headCountKV,
        absent: .same(\.headCount)),
      .float(
        "rms_norm_eps", gguf: "attention.layer_norm_rms_epsilon", \.rmsEpsilon,
        absent: 1.5625e-7),
      .integer("head_dim", gguf: [], \.keyLength, absent: .headSize),
      .fileType,
      .rotatedShare("partial_rotary_factor", absent: 0.5),
      .rope(writes: [.base]),
      .integer("vocab_size", gguf: [], \.vocabularySize, absent: .embeddingRows, stated: .never),
      .flag("tie_word_embeddings", \.tiedEmbeddings, absent: false),
      .flag("attention_bias", \.attentionBias, absent: true),
      .expected(
        "hidden_act", "silu", fatal: true, consequence: "the feed-forward activation differs"),
    ]),
    tensors: TensorSpec.usualFrame + glmProjections,
    block: .usualBlock(), head: .usualHead)

  /// GLM-4 0414: the same with a norm after each branch too.
  /// Source: transformers' `modeling_glm4.py`.
  public static let glm4 = Architecture(
    name: "glm4",
    huggingFace: ["Glm4ForCausalLM"],
    modelType: "glm4",
    rope: (huggingFace: .pairs, gguf: .pairs),
    config: .decoder(
      headDimension: .always,
      after: [
        .rotatedShare("partial_rotary_factor", absent: 0.5),
        .integer("vocab_size", gguf: [], \.vocabularySize, absent: .embeddingRows, stated: .never),
        .flag("attention_bias", \.attentionBias, absent: true),
      ]),
    tensors: TensorSpec.usualFrame + glmProjections + [
      .block(.attnPostNorm, "post_self_attn_layernorm", [.embedding]),
      .block(.ffnPostNorm, "post_mlp_layernorm", [.embedding]),
    ],
    block: [
      .residual([.rmsNorm(.attnNorm), .attention(.init()), .rmsNorm(.attnPostNorm)]),
      .residual([.rmsNorm(.ffnNorm), .gatedFeedForward(.init()), .rmsNorm(.ffnPostNorm)]),
    ],
    head: .usualHead)

  private static let glmProjections: [TensorSpec] =
    TensorSpec.usualBiases + TensorSpec.usualAttention + [
      .block(
        .ffnGate, .fused("mlp.gate_up_proj"), [.feedForward, .embedding], gguf: .fused(.ffnUp)),
      .block(
        .ffnUp, .fused("mlp.gate_up_proj"), [.feedForward, .embedding], gguf: .fused(.ffnUp)),
      .block(.ffnDown, "mlp.down_proj", [.embedding, .feedForward]),
    ]
}
