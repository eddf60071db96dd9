extension Architecture {
  /// InternLM2: Llama under other names, with queries, keys and values in one tensor, group by group.
  /// Source: the model's own `modeling_internlm2.py`.
  public static let internlm2 = Architecture(
    name: "internlm2",
    huggingFace: ["InternLM2ForCausalLM"],
    modelType: "internlm2",
    rope: (huggingFace: .halves, gguf: .pairs),
    config: .decoder(
      headDimension: .ifUnusual,
      after: [
        .integer("vocab_size", gguf: [], \.vocabularySize, absent: .embeddingRows, stated: .never),
        .expected("bias", false, fatal: true, consequence: "the projections are biased"),
        .expected(
          "pretraining_tp", 1, fatal: false,
          consequence: "the sums of tensor-parallel slices round differently"),
      ]),
    tensors: [
      .model(.tokenEmbd, "model.tok_embeddings", [.vocabulary, .embedding]),
      .block(.attnNorm, "attention_norm", [.embedding]),
      .block(
        .attnQ, fused, [.heads * .headDimension, .embedding], rotated: .heads, gguf: "attn_q"),
      .block(
        .attnK, fused, [.headsKV * .headDimension, .embedding], rotated: .headsKV, gguf: "attn_k"),
      .block(.attnV, fused, [.headsKV * .headDimension, .embedding], gguf: "attn_v"),
      .block(.attnOutput, "attention.wo", [.embedding, .heads * .headDimension]),
      .block(.ffnNorm, "ffn_norm", [.embedding]),
      .block(.ffnGate, "feed_forward.w1", [.feedForward, .embedding]),
      .block(.ffnUp, "feed_forward.w3", [.feedForward, .embedding]),
      .block(.ffnDown, "feed_forward.w2", [.embedding, .feedForward]),
      .model(.outputNorm, "model.norm", [.embedding]),
      .model(.output, "output", [.vocabulary, .embedding], .unless(\.tiedEmbeddings)),
    ],
    ignorable: ["model.layers.*.attention.rotary_emb.inv_freq"],
    block: .usualBlock(), head: .usualHead)

  private static let fused = Placement.fused("attention.wqkv", groups: .headsKV)
}
