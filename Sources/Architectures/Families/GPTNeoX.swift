extension Architecture {
  /// GPT-NeoX and Pythia: queries, keys and values fused head by head, rope on part of each head,
  /// attention and feed-forward side by side or one after the other.
  /// Source: transformers' `modeling_gpt_neox.py`.
  public static let gptneox = Architecture(
    name: "gptneox",
    huggingFace: ["GPTNeoXForCausalLM"],
    modelType: "gpt_neox",
    rope: (huggingFace: .halves, gguf: .halves),
    config: ConfigTable([
      .integer("max_position_embeddings", gguf: ["context_length"], \.contextLength),
      .integer("hidden_size", gguf: ["embedding_length"], \.embeddingLength),
      .integer("num_hidden_layers", gguf: ["block_count"], \.blockCount),
      .integer("intermediate_size", gguf: ["feed_forward_length"], \.feedForwardLength),
      .rotatedShare("rotary_pct", absent: 0.25),
      .integer("num_attention_heads", gguf: ["attention.head_count"], \.headCount),
      .integer("num_key_value_heads", gguf: [], \.headCountKV, absent: .same(\.headCount)),
      .integer("head_dim", gguf: [], \.keyLength, absent: .headSize),
      .flag(
        "use_parallel_residual", \.parallelResidual, absent: true, gguf: "use_parallel_residual"),
      .float(
        "layer_norm_eps", gguf: "attention.layer_norm_epsilon", \.layerNormEpsilon, absent: 1e-5),
      .float("rotary_emb_base", gguf: nil, \.ropeFreqBase, absent: 10_000),
      .rope(writes: []),
      .integer("vocab_size", gguf: [], \.vocabularySize, absent: .embeddingRows, stated: .never),
      .flag("tie_word_embeddings", \.tiedEmbeddings, absent: false),
      .flag("attention_bias", \.attentionBias, absent: true),
      .expected(
        "hidden_act", "gelu", fatal: true, consequence: "the feed-forward activation differs"),
      .unused(["hidden_dropout", "classifier_dropout", "is_decoder"]),
    ]),
    blockPrefix: "gpt_neox.layers.",
    tensors: [
      .model(.tokenEmbd, "gpt_neox.embed_in", [.vocabulary, .embedding]),
      .model(
        .output, "embed_out", [.vocabulary, .embedding], .unless(\.tiedEmbeddings),
        or: ["lm_head"]),
    ]
      + TensorSpec.biasedNorm(.attnNorm, "input_layernorm")
      + TensorSpec.biasedNorm(.ffnNorm, "post_attention_layernorm")
      + [
        .bias(
          .attnQ, fused, [.heads * .headDimension], .when(\.attentionBias), rotated: .heads,
          gguf: .fused(.attnQKV)),
        .bias(
          .attnK, fused, [.heads * .headDimension], .when(\.attentionBias), rotated: .heads,
          gguf: .fused(.attnQKV)),
        .bias(
          .attnV, fused, [.heads * .headDimension], .when(\.attentionBias),
          gguf: .fused(.attnQKV)),
        .block(
          .attnQ, fused, [.heads * .headDimension, .embedding], rotated: .heads,
          gguf: .fused(.attnQKV)),
        .block(
          .attnK, fused, [.heads * .headDimension, .embedding], rotated: .heads,
          gguf: .fused(.attnQKV)),
        .block(.attnV, fused, [.heads * .headDimension, .embedding], gguf: .fused(.attnQKV)),
        .bias(.attnOutput, "attention.dense", [.embedding], .when(\.attentionBias)),
        .block(.attnOutput, "attention.dense", [.embedding, .heads * .headDimension]),
        .bias(.ffnUp, "mlp.dense_h_to_4h", [.feedForward]),
        .block(.ffnUp, "mlp.dense_h_to_4h", [.feedForward, .embedding]),
        .bias(.ffnDown, "mlp.dense_4h_to_h", [.embedding]),
        .block(.ffnDown, "mlp.dense_4h_to_h", [.embedding, .feedForward]),
      ] + TensorSpec.biasedOutputNorm("gpt_neox.final_layer_norm"),
    ignorable: [
      "gpt_neox.layers.*.attention.bias", "gpt_neox.layers.*.attention.masked_bias",
      "gpt_neox.layers.*.attention.rotary_emb.inv_freq",
    ],
    block: [
      .layers(
        .parallel, [.residual([.parallel([attentionBranch, networkBranch])])],
        otherwise: [.residual(attentionBranch), .residual(networkBranch)])
    ],
    head: [.layerNorm(.outputNorm), .logits(.output)])

  private static let fused = Placement.fused("attention.query_key_value", groups: .heads)
  private static let attentionBranch: [Op] = [.layerNorm(.attnNorm), .attention(.init())]
  private static let networkBranch: [Op] = [
    .layerNorm(.ffnNorm), .plainFeedForward(.init(.geluErf)),
  ]
}
