extension Architecture {
  /// GPT-2: learned positions, layer norms, a plain feed-forward network; its projections are
  /// stored transposed, queries, keys and values in one.
  /// Source: transformers' `modeling_gpt2.py`.
  public static let gpt2 = Architecture(
    name: "gpt2",
    huggingFace: ["GPT2LMHeadModel"],
    modelType: "gpt2",
    rope: (huggingFace: .halves, gguf: .halves),
    config: ConfigTable([
      .integer("n_layer", gguf: ["block_count"], \.blockCount),
      .integer("n_positions", gguf: ["context_length"], \.contextLength),
      .integer("n_embd", gguf: ["embedding_length"], \.embeddingLength),
      .integer(
        "n_inner", gguf: ["feed_forward_length"], \.feedForwardLength,
        absent: .times(4, \.embeddingLength)),
      .integer("n_head", gguf: ["attention.head_count"], \.headCount),
      .integer("num_key_value_heads", gguf: [], \.headCountKV, absent: .same(\.headCount)),
      .integer("head_dim", gguf: [], \.keyLength, absent: .headSize),
      .float(
        "layer_norm_epsilon", gguf: "attention.layer_norm_epsilon", \.layerNormEpsilon,
        absent: 1e-5),
      .fileType,
      .integer("vocab_size", gguf: [], \.vocabularySize, absent: .embeddingRows, stated: .never),
      .flag("tie_word_embeddings", \.tiedEmbeddings, absent: true),
      .expected(
        "activation_function", "gelu_new", or: ["gelu_pytorch_tanh"], fatal: true,
        consequence: "the feed-forward activation differs"),
      .expected(
        "scale_attn_weights", true, fatal: true, consequence: "scores are not scaled"),
      .expected(
        "scale_attn_by_inverse_layer_idx", false, fatal: true,
        consequence: "scores are scaled by the layer's number"),
      .expected("add_cross_attention", false, fatal: true, consequence: "there is another input"),
      .unused([
        "n_ctx", "attn_pdrop", "embd_pdrop", "resid_pdrop", "reorder_and_upcast_attn",
        "summary_activation", "summary_first_dropout", "summary_proj_to_labels",
        "summary_type", "summary_use_proj", "task_specific_params",
      ]),
    ]),
    blockPrefix: "transformer.h.",
    tensors: [
      .model(.tokenEmbd, "transformer.wte", [.vocabulary, .embedding]),
      .model(.positionEmbd, "transformer.wpe", [.context, .embedding]),
      .block(.attnNorm, "ln_1", [.embedding]),
      .bias(.attnNorm, "ln_1", [.embedding]),
      .block(.attnQ, fused, [.heads * .headDimension, .embedding], gguf: .fused(.attnQKV)),
      .block(.attnK, fused, [.headsKV * .headDimension, .embedding], gguf: .fused(.attnQKV)),
      .block(.attnV, fused, [.headsKV * .headDimension, .embedding], gguf: .fused(.attnQKV)),
      .bias(.attnQ, fused, [.heads * .headDimension], gguf: .fused(.attnQKV)),
      .bias(.attnK, fused, [.headsKV * .headDimension], gguf: .fused(.attnQKV)),
      .bias(.attnV, fused, [.headsKV * .headDimension], gguf: .fused(.attnQKV)),
      .block(
        .attnOutput, .transposed("attn.c_proj"), [.embedding, .heads * .headDimension]),
      .bias(.attnOutput, "attn.c_proj", [.embedding]),
      .block(.ffnNorm, "ln_2", [.embedding]),
      .bias(.ffnNorm, "ln_2", [.embedding]),
      .block(.ffnUp, .transposed("mlp.c_fc"), [.feedForward, .embedding]),
      .bias(.ffnUp, "mlp.c_fc", [.feedForward]),
      .block(.ffnDown, .transposed("mlp.c_proj"), [.embedding, .feedForward]),
      .bias(.ffnDown, "mlp.c_proj", [.embedding]),
      .model(.outputNorm, "transformer.ln_f", [.embedding]),
      .modelBias(.outputNorm, "transformer.ln_f", [.embedding]),
      .model(.output, "lm_head", [.vocabulary, .embedding], .unless(\.tiedEmbeddings)),
    ],
    ignorable: ["transformer.h.*.attn.bias", "transformer.h.*.attn.masked_bias"],
    embedding: [.learnedPositions(.positionEmbd)],
    block: [
      .residual([.layerNorm(.attnNorm), .attention(.init(roped: nil))]),
      .residual([.layerNorm(.ffnNorm), .plainFeedForward(.init(.geluTanh))]),
    ],
    head: [.layerNorm(.outputNorm), .logits(.output)])

  private static let fused = Placement.fused("attn.c_attn", isTransposed: true)
}
