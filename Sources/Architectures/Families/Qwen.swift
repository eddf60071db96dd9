extension Architecture {
  /// Qwen of the first generation: queries, keys and values in one biased tensor; its own ways
  /// beyond the length of training, which GGUF has no words for.
  /// Source: `modeling_qwen.py`, published beside the weights.
  public static let qwen = Architecture(
    name: "qwen",
    huggingFace: ["QWenLMHeadModel"],
    modelType: "qwen",
    rope: (huggingFace: .halves, gguf: .halves),
    config: ConfigTable(
      [
        .integer("num_hidden_layers", gguf: ["block_count"], \.blockCount),
        .integer("max_position_embeddings", gguf: ["context_length"], \.contextLength),
        .integer("hidden_size", gguf: ["embedding_length"], \.embeddingLength),
        // Twice the width of the network, in both.
        .integer("intermediate_size", gguf: ["feed_forward_length"], \.feedForwardLength),
        .integer("num_attention_heads", gguf: ["attention.head_count"], \.headCount),
        .integer("num_attention_heads", gguf: [], \.headCountKV, absent: .same(\.headCount)),
        .float("rotary_emb_base", gguf: "rope.freq_base", \.ropeFreqBase, absent: 10_000),
        // Of one number llama.cpp's converter writes the first key, and llama.cpp reads the second.
        .float(
          "layer_norm_epsilon", gguf: "attention.layer_norm_epsilon", \.layerNormEpsilon,
          absent: 1e-6
        ),
        .mapped(
          .init(
            "layer_norm_epsilon", gguf: "attention.layer_norm_rms_epsilon", \.rmsEpsilon,
            absent: { $0.layerNormEpsilon }, read: { value, _ in Float(value) },
            write: { value, _ in ConfigTable.decimal(value) })),
        .integer(
          "kv_channels", gguf: ["attention.key_length", "attention.value_length"], \.keyLength,
          absent: .headSize, stated: .ifUnusual),
        .rotatedShare("rotary_pct", absent: 1, stated: .ifUnusual),
        .fileType,
        .integer("seq_length", gguf: [], \.ropeOriginalContext, absent: .same(\.contextLength)),
        .assumed("use_dynamic_ntk", \.stepsRopeBase, absent: true, gguf: false),
        .assumed("use_logn_attn", \.scalesQueriesByLog, absent: true, gguf: false),
        .integer(
          "vocab_size", gguf: [], \.vocabularySize, absent: .embeddingRows, stated: .never),
        .flag("no_bias", \.hasNoBiases, absent: true),
        .expected("scale_attn_weights", true, fatal: true, consequence: "scores are not scaled"),
        .expected(
          "tie_word_embeddings", false, fatal: true, consequence: "the head is the embedding"),
        .unused([
          "attn_dropout_prob", "emb_dropout_prob", "bf16", "fp16", "fp32", "use_flash_attn",
          "onnx_safe", "softmax_in_fp32", "use_cache_quantization", "use_cache_kernel",
        ]),
        // What only the first release's files state.
        .expected("activation", "swiglu", fatal: true, consequence: "the activation differs"),
        .expected("pos_emb", "rotary", fatal: true, consequence: "positions differ"),
        .expected(
          "apply_residual_connection_post_layernorm", false, fatal: true,
          consequence: "residuals differ"),
        .unused([
          "bias_dropout_fusion", "n_inner", "padded_vocab_size", "params_dtype", "resid_pdrop",
          "tokenizer_type",
        ]),
      ], synonyms: firstNames),
    blockPrefix: "transformer.h.",
    tensors: [
      .model(.tokenEmbd, "transformer.wte", [.vocabulary, .embedding]),
      .block(.attnNorm, "ln_1", [.embedding]),
      .block(
        .attnQ, .fused("attn.c_attn"), [.heads * .headDimension, .embedding], rotated: .heads,
        gguf: .fused(.attnQKV)),
      .block(
        .attnK, .fused("attn.c_attn"), [.headsKV * .headDimension, .embedding], rotated: .headsKV,
        gguf: .fused(.attnQKV)),
      .block(
        .attnV, .fused("attn.c_attn"), [.headsKV * .headDimension, .embedding],
        gguf: .fused(.attnQKV)),
      .bias(
        .attnQ, .fused("attn.c_attn"), [.heads * .headDimension], rotated: .heads,
        gguf: .fused(.attnQKV)),
      .bias(
        .attnK, .fused("attn.c_attn"), [.headsKV * .headDimension], rotated: .headsKV,
        gguf: .fused(.attnQKV)),
      .bias(.attnV, .fused("attn.c_attn"), [.headsKV * .headDimension], gguf: .fused(.attnQKV)),
      .block(.attnOutput, "attn.c_proj", [.embedding, .heads * .headDimension]),
      .bias(.attnOutput, "attn.c_proj", [.embedding], .unless(\.hasNoBiases)),
      .block(.ffnNorm, "ln_2", [.embedding]),
      .block(.ffnUp, "mlp.w1", [.half(.feedForward), .embedding]),
      .block(.ffnGate, "mlp.w2", [.half(.feedForward), .embedding]),
      .block(.ffnDown, "mlp.c_proj", [.embedding, .half(.feedForward)]),
      .bias(.ffnUp, "mlp.w1", [.half(.feedForward)], .unless(\.hasNoBiases)),
      .bias(.ffnGate, "mlp.w2", [.half(.feedForward)], .unless(\.hasNoBiases)),
      .bias(.ffnDown, "mlp.c_proj", [.embedding], .unless(\.hasNoBiases)),
      .model(.outputNorm, "transformer.ln_f", [.embedding]),
      .model(.output, "lm_head", [.vocabulary, .embedding]),
    ],
    ignorable: ["transformer.h.*.attn.masked_bias", "transformer.rotary_emb.inv_freq"],
    block: .usualBlock(.init(), .gatedFeedForward(.init(width: .half(.feedForward)))),
    head: .usualHead)

  /// Those of August 2023.
  private static let firstNames = [
    "n_embd": "hidden_size", "n_head": "num_attention_heads", "n_layer": "num_hidden_layers",
    "n_positions": "max_position_embeddings", "ffn_hidden_size": "intermediate_size",
    "attn_pdrop": "attn_dropout_prob", "embd_pdrop": "emb_dropout_prob",
  ]
}
