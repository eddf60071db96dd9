extension Architecture {
  /// Phi-3 and Phi-4: queries, keys and values in one tensor, gate and up in another; rope on part
  /// of each head, by LongRoPE in models of long context.
  /// Source: transformers' `modeling_phi3.py`.
  public static let phi3 = Architecture(
    name: "phi3",
    huggingFace: ["Phi3ForCausalLM"],
    modelType: "phi3",
    rope: (huggingFace: .halves, gguf: .halves),
    config: ConfigTable(
      [
        .integer("max_position_embeddings", gguf: ["context_length"], \.contextLength),
        .integer(
          "original_max_position_embeddings", gguf: ["rope.scaling.original_context_length"],
          \.ropeOriginalContext, absent: .same(\.contextLength)),
        .integer("hidden_size", gguf: ["embedding_length"], \.embeddingLength),
        .integer("intermediate_size", gguf: ["feed_forward_length"], \.feedForwardLength),
        .integer("num_hidden_layers", gguf: ["block_count"], \.blockCount),
        .integer("num_attention_heads", gguf: ["attention.head_count"], \.headCount),
        .integer(
          "num_key_value_heads", gguf: ["attention.head_count_kv"], \.headCountKV,
          absent: .same(\.headCount)),
        .float(
          "rms_norm_eps", gguf: "attention.layer_norm_rms_epsilon", \.rmsEpsilon, absent: 1e-5),
        .integer("head_dim", gguf: [], \.keyLength, absent: .headSize),
        .rotatedShare("partial_rotary_factor", absent: 1),
        .rope(writes: [.base]),
        .fileType,
        .integer(
          "sliding_window", gguf: ["attention.sliding_window"], \.slidingWindow,
          absent: .number(0), least: 0),
        .layers(.sliding(period: 0)),
        .unapplied("sliding_window", \.slidingWindow),
        .integer(
          "vocab_size", gguf: [], \.vocabularySize, absent: .embeddingRows, stated: .never),
        .flag("tie_word_embeddings", \.tiedEmbeddings, absent: false),
        .expected(
          "hidden_act", "silu", fatal: true, consequence: "the feed-forward activation differs"),
        .expected("attention_bias", false, fatal: true, consequence: "the projections are biased"),
        .unused(["embd_pdrop", "resid_pdrop"]),
      ],
      preface: [.ropePart(.attentionFactor)]),
    tensors: TensorSpec.usualFrame + TensorSpec.ropeFactors + [
      .block(
        .attnQ, .fused("self_attn.qkv_proj"), [.heads * .headDimension, .embedding],
        rotated: .heads, gguf: .fused(.attnQKV)),
      .block(
        .attnK, .fused("self_attn.qkv_proj"), [.headsKV * .headDimension, .embedding],
        rotated: .headsKV, gguf: .fused(.attnQKV)),
      .block(
        .attnV, .fused("self_attn.qkv_proj"), [.headsKV * .headDimension, .embedding],
        gguf: .fused(.attnQKV)),
      .block(.attnOutput, "self_attn.o_proj", [.embedding, .heads * .headDimension]),
      .block(
        .ffnGate, .fused("mlp.gate_up_proj"), [.feedForward, .embedding], gguf: .fused(.ffnUp)),
      .block(
        .ffnUp, .fused("mlp.gate_up_proj"), [.feedForward, .embedding], gguf: .fused(.ffnUp)),
      .block(.ffnDown, "mlp.down_proj", [.embedding, .feedForward]),
    ],
    ignorable: ["model.layers.*.self_attn.rotary_emb.inv_freq"],
    block: .usualBlock(), head: .usualHead)
}
