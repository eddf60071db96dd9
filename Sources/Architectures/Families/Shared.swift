extension TensorSpec {
  /// Tensors that nearly every family of today names alike: the embedding, the norms of a block, the
  /// output's norm and the head.
  static let usualFrame: [TensorSpec] = [
    .model(.tokenEmbd, "model.embed_tokens", [.vocabulary, .embedding]),
    .block(.attnNorm, "input_layernorm", [.embedding]),
    .block(.ffnNorm, "post_attention_layernorm", [.embedding]),
    .model(.outputNorm, "model.norm", [.embedding]),
    .model(.output, "lm_head", [.vocabulary, .embedding], .unless(\.tiedEmbeddings)),
  ]

  /// Separate projections of queries, keys and values, and the one after attention.
  static let usualAttention: [TensorSpec] = [
    .block(.attnQ, "self_attn.q_proj", [.heads * .headDimension, .embedding], rotated: .heads),
    .block(.attnK, "self_attn.k_proj", [.headsKV * .headDimension, .embedding], rotated: .headsKV),
    .block(.attnV, "self_attn.v_proj", [.headsKV * .headDimension, .embedding]),
    .block(.attnOutput, "self_attn.o_proj", [.embedding, .heads * .headDimension]),
  ]

  /// A gated feed-forward network, in the layers that are no mixture of experts.
  static let usualFeedForward: [TensorSpec] = [
    .block(.ffnGate, "mlp.gate_proj", [.feedForward, .embedding], in: .not(.mixture)),
    .block(.ffnUp, "mlp.up_proj", [.feedForward, .embedding], in: .not(.mixture)),
    .block(.ffnDown, "mlp.down_proj", [.embedding, .feedForward], in: .not(.mixture)),
  ]

  /// LongRoPE's divisors, which GGUF holds.
  static let ropeFactors: [TensorSpec] = [
    .model(.ropeFactorsLong, "rope_factors_long", [.half(.rotated)], .generated),
    .model(.ropeFactorsShort, "rope_factors_short", [.half(.rotated)], .generated),
  ]

  /// Llama 3's rope divisors, which GGUF holds.
  static let ropeDivisors = TensorSpec.model(
    .ropeFreqs, "rope_freqs", [.half(.rotated)], .generated)
}

extension [Op] {
  /// Norm and attention, norm and feed-forward, each added to the stream.
  static func usualBlock(
    _ attention: Op.Attention = .init(), _ network: Op = .gatedFeedForward(.init())
  ) -> [Op] {
    [
      .residual([.rmsNorm(.attnNorm), .attention(attention)]),
      .residual([.rmsNorm(.ffnNorm), network]),
    ]
  }

  /// Attention and norm, feed-forward and norm, each added to the stream.
  static func postNormBlock(_ attention: Op.Attention) -> [Op] {
    [
      .residual([.attention(attention), .rmsNorm(.attnPostNorm)]),
      .residual([.gatedFeedForward(.init()), .rmsNorm(.ffnPostNorm)]),
    ]
  }

  static let usualHead: [Op] = [.rmsNorm(.outputNorm), .logits(.output)]
}
