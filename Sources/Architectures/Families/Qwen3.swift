extension Architecture {
  /// Qwen3: no biases; each head's queries and keys are normalized before rope; the head dimension
  /// is given and need not be the embedding length over the head count.
  /// Source: transformers' `modeling_qwen3.py`.
  public static let qwen3 = Architecture(
    name: "qwen3",
    huggingFace: ["Qwen3ForCausalLM"],
    modelType: "qwen3",
    rope: (huggingFace: .halves, gguf: .halves),
    config: .decoder(
      headDimension: .always,
      after: [
        .integer(
          "vocab_size", gguf: ["vocab_size"], \.vocabularySize,
          absent: .embeddingRows, stated: .never),
        .expected("attention_bias", false, fatal: true, consequence: "the projections are biased"),
      ]
        + ConfigTable.fullAttention),
    tensors: [
      .model(.tokenEmbd, "model.embed_tokens", [.vocabulary, .embedding]),
      .block(.attnNorm, "input_layernorm", [.embedding]),
      .block(.ffnDown, "mlp.down_proj", [.embedding, .feedForward]),
      .block(.ffnGate, "mlp.gate_proj", [.feedForward, .embedding]),
      .block(.ffnUp, "mlp.up_proj", [.feedForward, .embedding]),
      .block(.ffnNorm, "post_attention_layernorm", [.embedding]),
      .block(.attnKNorm, "self_attn.k_norm", [.headDimension]),
      .block(
        .attnK, "self_attn.k_proj", [.headsKV * .headDimension, .embedding], rotated: .headsKV),
      .block(.attnOutput, "self_attn.o_proj", [.embedding, .heads * .headDimension]),
      .block(.attnQNorm, "self_attn.q_norm", [.headDimension]),
      .block(.attnQ, "self_attn.q_proj", [.heads * .headDimension, .embedding], rotated: .heads),
      .block(.attnV, "self_attn.v_proj", [.headsKV * .headDimension, .embedding]),
      .model(.outputNorm, "model.norm", [.embedding]),
      .model(.output, "lm_head", [.vocabulary, .embedding], .unless(\.tiedEmbeddings)),
    ],
    block: [
      .residual([
        .rmsNorm(.attnNorm), .attention(.init(queryNorm: .attnQNorm, keyNorm: .attnKNorm)),
      ]),
      .residual([.rmsNorm(.ffnNorm), .gatedFeedForward(.init())]),
    ],
    head: [.rmsNorm(.outputNorm), .logits(.output)])
}
