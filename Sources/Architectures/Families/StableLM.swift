extension Architecture {
  /// StableLM: layer norms, rope on part of each head; in some models a norm for each head, or both
  /// branches after one norm.
  /// Source: transformers' `modeling_stablelm.py`.
  public static let stablelm = Architecture(
    name: "stablelm",
    huggingFace: ["StableLmForCausalLM", "StableLMEpochForCausalLM"],
    modelType: "stablelm",
    rope: (huggingFace: .halves, gguf: .halves),
    config: ConfigTable([
      .integer("max_position_embeddings", gguf: ["context_length"], \.contextLength),
      .integer("hidden_size", gguf: ["embedding_length"], \.embeddingLength),
      .integer("num_hidden_layers", gguf: ["block_count"], \.blockCount),
      .integer("intermediate_size", gguf: ["feed_forward_length"], \.feedForwardLength),
      .rotatedShare("partial_rotary_factor", absent: 0.25),
      .integer("num_attention_heads", gguf: ["attention.head_count"], \.headCount),
      .integer(
        "num_key_value_heads", gguf: ["attention.head_count_kv"], \.headCountKV,
        absent: .same(\.headCount)),
      .integer("head_dim", gguf: [], \.keyLength, absent: .headSize),
      .flag(
        "use_parallel_residual", \.parallelResidual, absent: false, gguf: "use_parallel_residual"),
      .float(
        "layer_norm_eps", gguf: "attention.layer_norm_epsilon", \.layerNormEpsilon, absent: 1e-5),
      .fileType,
      .rope(writes: []),
      .integer("vocab_size", gguf: [], \.vocabularySize, absent: .embeddingRows, stated: .never),
      .flag("tie_word_embeddings", \.tiedEmbeddings, absent: false),
      .flag("use_qkv_bias", \.attentionBias, absent: false),
      .flag("qk_layernorm", \.queryKeyNorm, absent: false),
      .expected(
        "hidden_act", "silu", fatal: true, consequence: "the feed-forward activation differs"),
      .unused(["hidden_dropout"]),
    ]),
    tensors: [
      .model(.tokenEmbd, "model.embed_tokens", [.vocabulary, .embedding]),
      .model(.output, "lm_head", [.vocabulary, .embedding], .unless(\.tiedEmbeddings)),
      .block(
        .attnQNorm, "self_attn.q_layernorm.norms.*", [.heads, .headDimension],
        .when(\.queryKeyNorm)),
      .block(
        .attnKNorm, "self_attn.k_layernorm.norms.*", [.headsKV, .headDimension],
        .when(\.queryKeyNorm)),
    ]
      + TensorSpec.biasedNorm(.attnNorm, "input_layernorm")
      + TensorSpec.biasedNorm(
        .ffnNorm, "post_attention_layernorm", .unless(\.parallelResidual))
      + TensorSpec.usualBiases + TensorSpec.usualAttention + TensorSpec.usualFeedForward
      + TensorSpec.biasedOutputNorm("model.norm"),
    ignorable: ["model.layers.*.self_attn.rotary_emb.inv_freq"],
    block: [
      .layers(
        .parallel,
        [
          .residual([
            .layerNorm(.attnNorm),
            .parallel([[.attention(headNorms)], [.gatedFeedForward(.init())]]),
          ])
        ],
        otherwise: [
          .residual([.layerNorm(.attnNorm), .attention(headNorms)]),
          .residual([.layerNorm(.ffnNorm), .gatedFeedForward(.init())]),
        ])
    ],
    head: [.layerNorm(.outputNorm), .logits(.output)])

  private static let headNorms = Op.Attention(
    queryNorm: .attnQNorm, keyNorm: .attnKNorm, norm: .layerHead)
}
