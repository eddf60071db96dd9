extension Architecture {
  /// Llama 2 and 3 and what follows their layout. In GGUF the rows of q and k are interleaved:
  /// ggml rotates pairs here, transformers halves.
  /// Source: transformers' `modeling_llama.py`.
  public static let llama = Architecture(
    name: "llama",
    huggingFace: ["LlamaForCausalLM", "LLaMAForCausalLM"],
    modelType: "llama",
    rope: (huggingFace: .halves, gguf: .pairs),
    config: .decoder(
      headDimension: .always,
      after: ConfigTable.llama + ConfigTable.llamaBiases + [
        .expected(
          "pretraining_tp", 1, fatal: false,
          consequence: "the sums of tensor-parallel slices round differently")
      ]),
    tensors: TensorSpec.llama,
    ignorable: ["model.layers.*.self_attn.rotary_emb.inv_freq"],
    block: [
      .residual([.rmsNorm(.attnNorm), .attention(.init())]),
      .residual([.rmsNorm(.ffnNorm), .gatedFeedForward(.init())]),
    ],
    head: [.rmsNorm(.outputNorm), .logits(.output)])
}

extension ConfigTable {
  /// What llama.cpp states of all that its Llama converter handles.
  static let llama: [ConfigEntry] = [
    .integer("vocab_size", gguf: ["vocab_size"], \.vocabularySize, absent: .embeddingRows),
    // llama.cpp states the rotated width; all of a head is rotated in these families.
    .integer("head_dim", gguf: ["rope.dimension_count"], \.keyLength, absent: .same(\.keyLength)),
  ]

  static let llamaBiases: [ConfigEntry] = [
    .flag("attention_bias", \.attentionBias, absent: false),
    .flag("mlp_bias", \.feedForwardBias, absent: false),
  ]
}

extension TensorSpec {
  /// Llama's tensors, any projection with a bias where the model says so.
  static let llama: [TensorSpec] = [
    .model(.ropeFreqs, "rope_freqs", [.half(.headDimension)], .generated),
    .model(.tokenEmbd, "model.embed_tokens", [.vocabulary, .embedding]),
    .block(.attnNorm, "input_layernorm", [.embedding]),
    .bias(.ffnDown, "mlp.down_proj", [.embedding], .when(\.feedForwardBias)),
    .block(.ffnDown, "mlp.down_proj", [.embedding, .feedForward]),
    .bias(.ffnGate, "mlp.gate_proj", [.feedForward], .when(\.feedForwardBias)),
    .block(.ffnGate, "mlp.gate_proj", [.feedForward, .embedding]),
    .bias(.ffnUp, "mlp.up_proj", [.feedForward], .when(\.feedForwardBias)),
    .block(.ffnUp, "mlp.up_proj", [.feedForward, .embedding]),
    .block(.ffnNorm, "post_attention_layernorm", [.embedding]),
    .bias(
      .attnK, "self_attn.k_proj", [.headsKV * .headDimension], .when(\.attentionBias),
      rotated: .headsKV),
    .block(
      .attnK, "self_attn.k_proj", [.headsKV * .headDimension, .embedding], rotated: .headsKV),
    .bias(.attnOutput, "self_attn.o_proj", [.embedding], .when(\.attentionBias)),
    .block(.attnOutput, "self_attn.o_proj", [.embedding, .heads * .headDimension]),
    .bias(
      .attnQ, "self_attn.q_proj", [.heads * .headDimension], .when(\.attentionBias),
      rotated: .heads),
    .block(.attnQ, "self_attn.q_proj", [.heads * .headDimension, .embedding], rotated: .heads),
    .bias(.attnV, "self_attn.v_proj", [.headsKV * .headDimension], .when(\.attentionBias)),
    .block(.attnV, "self_attn.v_proj", [.headsKV * .headDimension, .embedding]),
    .model(.outputNorm, "model.norm", [.embedding]),
    .model(.output, "lm_head", [.vocabulary, .embedding], .unless(\.tiedEmbeddings)),
  ]
}
