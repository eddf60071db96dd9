extension Architecture {
  /// Qwen1.5, Qwen2 and Qwen2.5: biased q, k and v, grouped queries, gated SiLU feed-forward.
  /// Source: transformers' `modeling_qwen2.py`.
  public static let qwen2 = Architecture(
    name: "qwen2",
    huggingFace: ["Qwen2ForCausalLM"],
    modelType: "qwen2",
    rope: (huggingFace: .halves, gguf: .halves),
    config: .decoder(
      headDimension: .ifUnusual,
      after: [
        .integer(
          "vocab_size", gguf: ["vocab_size"], \.vocabularySize,
          absent: .embeddingRows, stated: .never)
      ] + ConfigTable.fullAttention),
    tensors: [
      .model(.tokenEmbd, "model.embed_tokens", [.vocabulary, .embedding]),
      .block(.attnNorm, "input_layernorm", [.embedding]),
      .block(.ffnDown, "mlp.down_proj", [.embedding, .feedForward]),
      .block(.ffnGate, "mlp.gate_proj", [.feedForward, .embedding]),
      .block(.ffnUp, "mlp.up_proj", [.feedForward, .embedding]),
      .block(.ffnNorm, "post_attention_layernorm", [.embedding]),
      .bias(.attnK, "self_attn.k_proj", [.headsKV * .headDimension], rotated: .headsKV),
      .block(
        .attnK, "self_attn.k_proj", [.headsKV * .headDimension, .embedding], rotated: .headsKV),
      .block(.attnOutput, "self_attn.o_proj", [.embedding, .heads * .headDimension]),
      .bias(.attnQ, "self_attn.q_proj", [.heads * .headDimension], rotated: .heads),
      .block(.attnQ, "self_attn.q_proj", [.heads * .headDimension, .embedding], rotated: .heads),
      .bias(.attnV, "self_attn.v_proj", [.headsKV * .headDimension]),
      .block(.attnV, "self_attn.v_proj", [.headsKV * .headDimension, .embedding]),
      .model(.outputNorm, "model.norm", [.embedding]),
      .model(.output, "lm_head", [.vocabulary, .embedding], .unless(\.tiedEmbeddings)),
    ],
    block: [
      .residual([.rmsNorm(.attnNorm), .attention(.init())]),
      .residual([.rmsNorm(.ffnNorm), .gatedFeedForward(.init())]),
    ],
    head: [.rmsNorm(.outputNorm), .logits(.output)])
}
