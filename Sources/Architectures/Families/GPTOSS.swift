extension Architecture {
  /// gpt-oss: a sink beside each head's scores, a window in every other layer, biases everywhere,
  /// experts whose gates are clamped and whose weights are a softmax over the chosen.
  /// The published models hold the experts' matrices as MXFP4, other ones turned.
  /// Source: transformers' `modeling_gpt_oss.py`.
  public static let gptOSS = Architecture(
    name: "gpt-oss",
    huggingFace: ["GptOssForCausalLM"],
    modelType: "gpt_oss",
    rope: (huggingFace: .halves, gguf: .halves),
    config: .decoder(
      headDimension: .always,
      rope: .rope(ggufTruncates: false),
      experts: [
        .integer("num_local_experts", gguf: ["expert_count"], \.expertCount),
        .integer("num_experts_per_tok", gguf: ["expert_used_count"], \.expertUsedCount),
      ],
      after: [
        .integer(
          "sliding_window", gguf: ["attention.sliding_window"], \.slidingWindow,
          absent: .number(128)),
        .layers(.sliding(period: 2)),
        .integer(
          "expert_feed_forward_length", gguf: ["expert_feed_forward_length"],
          \.expertFeedForwardLength, absent: .same(\.feedForwardLength)),
        .integer(
          "vocab_size", gguf: [], \.vocabularySize, absent: .embeddingRows, stated: .never),
        .expected(
          "attention_bias", true, fatal: true, consequence: "the projections have no biases"),
        .expected(
          "swiglu_alpha", .double(1.702), fatal: true, consequence: "the experts' gate differs"),
        .expected(
          "swiglu_limit", .double(7), or: [.int(7)], fatal: true,
          consequence: "the experts' gate differs"),
        .packing("mxfp4"),
        // The last two are other names of numbers that are stated beside them.
        .unused([
          "router_aux_loss_coef", "output_router_logits", "experts_per_token",
          "initial_context_length",
        ]),
      ]),
    tensors: TensorSpec.usualAttention + [
      .model(.tokenEmbd, "model.embed_tokens", [.vocabulary, .embedding]),
      .block(.attnNorm, "input_layernorm", [.embedding]),
      .bias(.attnQ, "self_attn.q_proj", [.heads * .headDimension], rotated: .heads),
      .bias(.attnK, "self_attn.k_proj", [.headsKV * .headDimension], rotated: .headsKV),
      .bias(.attnV, "self_attn.v_proj", [.headsKV * .headDimension]),
      .bias(.attnOutput, "self_attn.o_proj", [.embedding]),
      .block(.attnSinks, .bare("self_attn.sinks"), [.heads]),
      .block(.attnPostNorm, "post_attention_layernorm", [.embedding]),
      .block(.ffnGateInp, "mlp.router", [.experts, .embedding]),
      .bias(.ffnGateInp, "mlp.router", [.experts]),
      .block(
        .ffnGateExps, gateAndUp, [.experts, .expertFeedForward, .embedding],
        or: [.microscaled("mlp.experts.gate_up_proj", .alternating)]),
      .block(
        .ffnUpExps, gateAndUp, [.experts, .expertFeedForward, .embedding],
        or: [.microscaled("mlp.experts.gate_up_proj", .alternating)]),
      .bias(.ffnGateExps, gateAndUpBias, [.experts, .expertFeedForward]),
      .bias(.ffnUpExps, gateAndUpBias, [.experts, .expertFeedForward]),
      .block(
        .ffnDownExps, Placement("mlp.experts.down_proj", isTransposed: true, hasSuffix: false),
        [.experts, .embedding, .expertFeedForward],
        or: [.microscaled("mlp.experts.down_proj")]),
      .bias(.ffnDownExps, .bare("mlp.experts.down_proj_bias"), [.experts, .embedding]),
      .model(.outputNorm, "model.norm", [.embedding]),
      .model(.output, "lm_head", [.vocabulary, .embedding], .unless(\.tiedEmbeddings)),
    ],
    block: [
      .residual([.rmsNorm(.attnNorm), .attention(.init(sinks: .attnSinks))]),
      .residual([
        .rmsNorm(.attnPostNorm),
        .mixtureOfExperts(.init(.swigluClamped, softmaxAfterChoice: true)),
      ]),
    ],
    head: .usualHead)

  private static let gateAndUp = Placement(
    "mlp.experts.gate_up_proj", .alternating, isTransposed: true, hasSuffix: false)
  private static let gateAndUpBias = Placement(
    "mlp.experts.gate_up_proj_bias", .alternating, hasSuffix: false)
}
