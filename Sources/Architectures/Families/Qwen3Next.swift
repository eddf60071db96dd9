extension Architecture {
  /// Qwen3-Next: delta nets whose projections are fused key head by key head, and experts in all
  /// layers or some.
  /// Source: transformers' `modeling_qwen3_next.py`.
  public static let qwen3Next = Architecture(
    name: "qwen3next",
    huggingFace: ["Qwen3NextForCausalLM"],
    modelType: "qwen3_next",
    rope: (huggingFace: .halves, gguf: .halves),
    config: .hybrid(
      width: [.integer("intermediate_size", gguf: ["feed_forward_length"], \.feedForwardLength)],
      experts: ConfigTable.gatedExperts, expertWidths: ConfigTable.gatedExpertWidths,
      after: [
        .flag("norm_topk_prob", \.expertWeightsNorm, absent: true),
        .denseLayers("mlp_only_layers", step: "decoder_sparse_step"),
      ]),
    tensors: TensorSpec.hybridFrame("model.") + TensorSpec.gatedAttention + fusedProjections
      + TensorSpec.deltaNet(isTiled: false) + TensorSpec.gatedExperts()
      + TensorSpec.usualFeedForward,
    otherParts: ["mtp."],
    block: .hybridBlock(
      .layers(
        .mixture,
        [.mixtureOfExperts(.init(shared: .shared(), sharedGate: .ffnGateInpShexp))],
        otherwise: [.gatedFeedForward(.init())])),
    head: .usualHead)

  private static let fusedProjections: [TensorSpec] = {
    let groups = Size.number(\.ssmGroupCount)
    let projection = Placement.fused("linear_attn.in_proj_qkvz", groups: groups)
    let gates = Placement.fused("linear_attn.in_proj_ba", groups: groups)
    let fused = Placement.fused(TensorRole.ssmBetaAlpha.rawValue, groups: groups)
    let heads = Size.number(\.ssmTimeStepRank)
    return [
      .block(
        .attnQ, projection, [.deltaKeys, .embedding], gguf: .fused(.attnQKV), in: .recurrent),
      .block(
        .attnK, projection, [.deltaKeys, .embedding], gguf: .fused(.attnQKV), in: .recurrent),
      .block(
        .attnV, projection, [.deltaValues, .embedding], gguf: .fused(.attnQKV), in: .recurrent),
      .block(.attnGate, projection, [.deltaValues, .embedding], in: .recurrent),
      .block(.ssmBeta, gates, [heads, .embedding], gguf: fused, in: .recurrent),
      .block(.ssmAlpha, gates, [heads, .embedding], gguf: fused, in: .recurrent),
    ]
  }()
}
