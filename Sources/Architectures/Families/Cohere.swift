extension Architecture {
  /// Cohere, as in Command-R: both branches after one norm without bias, rope on pairs, logits times
  /// a number; in larger models a norm for each head.
  /// Source: transformers' `modeling_cohere.py`.
  public static let cohere = Architecture(
    name: "command-r",
    huggingFace: ["CohereForCausalLM"],
    modelType: "cohere",
    rope: (huggingFace: .pairs, gguf: .pairs),
    config: .layerNormDecoder(
      epsilon: "layer_norm_eps",
      // Longer than the positions where both are stated, and then what llama.cpp writes.
      context: [
        .integer(
          "max_position_embeddings", gguf: [], \.contextLength, absent: .number(8192)),
        .integer(
          "model_max_length", gguf: ["context_length"], \.contextLength,
          absent: .same(\.contextLength)),
      ],
      headDimension: .never, base: 500_000,
      after: [
        .float("logit_scale", gguf: "logit_scale", \.logitScale, absent: 0.0625),
        .ropePart(.unscaled),
        .integer("vocab_size", gguf: [], \.vocabularySize, absent: .embeddingRows, stated: .never),
        .flag("attention_bias", \.attentionBias, absent: false),
        .flag("use_qk_norm", \.queryKeyNorm, absent: false),
        .expected(
          "pretraining_tp", 1, fatal: false,
          consequence: "the sums of tensor-parallel slices round differently"),
      ]),
    tensors: frame + TensorSpec.allBiases + [
      .block(.attnQNorm, "self_attn.q_norm", [.heads, .headDimension], .when(\.queryKeyNorm)),
      .block(.attnKNorm, "self_attn.k_norm", [.headsKV, .headDimension], .when(\.queryKeyNorm)),
    ],
    block: [
      .residual([
        .layerNorm(.attnNorm),
        .parallel([
          [.attention(.init(queryNorm: .attnQNorm, keyNorm: .attnKNorm, norm: .layerHead))],
          [.gatedFeedForward(.init())],
        ]),
      ])
    ],
    head: scaledHead)

  /// Cohere 2, as in Command-R7B: the same without norms of heads; three of four layers have a
  /// window, and rope rotates only those.
  /// Source: transformers' `modeling_cohere2.py`.
  public static let cohere2 = Architecture(
    name: "cohere2",
    huggingFace: ["Cohere2ForCausalLM"],
    modelType: "cohere2",
    rope: (huggingFace: .pairs, gguf: .pairs),
    config: .layerNormDecoder(
      epsilon: "layer_norm_eps", headDimension: .always,
      after: [
        .float("logit_scale", gguf: "logit_scale", \.logitScale, absent: 0.0625),
        .integer(
          "sliding_window", gguf: ["attention.sliding_window"], \.slidingWindow,
          absent: .number(4096)),
        .integer("vocab_size", gguf: ["vocab_size"], \.vocabularySize, absent: .embeddingRows),
        .integer(
          "head_dim", gguf: ["rope.dimension_count"], \.keyLength, absent: .same(\.keyLength)),
        .ropePart(.unscaled),
        .layers(.sliding(period: 4)),
        .expected(
          "rotary_pct", .double(1), or: [.int(1)], fatal: true,
          consequence: "rope rotates part of each head"),
        .expected("attention_bias", false, fatal: true, consequence: "the projections are biased"),
        .expected(
          "use_qk_norm", false, fatal: true, consequence: "queries and keys are normalized"),
        .expected(
          "use_parallel_block", true, fatal: true, consequence: "one branch follows the other"),
        .expected(
          "use_gated_activation", true, fatal: true,
          consequence: "the feed-forward network differs"),
        .unused([
          "layer_switch", "order_of_interleaved_layers", "position_embedding_type",
          "use_embedding_sharing", "use_parallel_embedding",
        ]),
      ]),
    tensors: frame,
    block: [
      .residual([
        .layerNorm(.attnNorm),
        .parallel([[.attention(.init(roped: .sliding))], [.gatedFeedForward(.init())]]),
      ])
    ],
    head: scaledHead)

  private static let frame: [TensorSpec] =
    [
      .model(.tokenEmbd, "model.embed_tokens", [.vocabulary, .embedding]),
      .block(.attnNorm, "input_layernorm", [.embedding]),
      .model(.outputNorm, "model.norm", [.embedding]),
      .model(.output, "lm_head", [.vocabulary, .embedding], .unless(\.tiedEmbeddings)),
    ] + TensorSpec.usualAttention + TensorSpec.usualFeedForward

  private static let scaledHead: [Op] = [
    .layerNorm(.outputNorm), .logits(.output), .scale(\.logitScale),
  ]
}
