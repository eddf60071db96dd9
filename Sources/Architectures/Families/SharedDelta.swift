/// What Qwen3-Next and Qwen3.5 share: gated delta nets in most layers, gated attention in the
/// others, norms that are stored around zero.
extension TensorSpec {
  static func hybridFrame(_ prefix: String) -> [TensorSpec] {
    [
      .model(.tokenEmbd, Placement(prefix + "embed_tokens"), [.vocabulary, .embedding]),
      .block(.attnNorm, "input_layernorm", [.embedding], map: .plusOne),
      .block(.attnPostNorm, "post_attention_layernorm", [.embedding], map: .plusOne),
      .model(.outputNorm, Placement(prefix + "norm"), [.embedding], map: .plusOne),
      .model(.output, "lm_head", [.vocabulary, .embedding], .unless(\.tiedEmbeddings)),
    ]
  }

  /// Each head's queries are followed by the gate of its output.
  static let gatedAttention: [TensorSpec] = [
    .block(
      .attnQ, .fused("self_attn.q_proj", groups: .heads),
      [.heads * .headDimension, .embedding], rotated: .heads,
      gguf: .fused(TensorRole.attnQ.rawValue, groups: .heads), in: .not(.recurrent)),
    .block(
      .attnGate, .fused("self_attn.q_proj", groups: .heads),
      [.heads * .headDimension, .embedding],
      gguf: .fused(TensorRole.attnQ.rawValue, groups: .heads), in: .not(.recurrent)),
    .block(
      .attnK, "self_attn.k_proj", [.headsKV * .headDimension, .embedding], rotated: .headsKV,
      in: .not(.recurrent)),
    .block(
      .attnV, "self_attn.v_proj", [.headsKV * .headDimension, .embedding], in: .not(.recurrent)),
    .block(
      .attnOutput, "self_attn.o_proj", [.embedding, .heads * .headDimension],
      in: .not(.recurrent)),
    .block(.attnQNorm, "self_attn.q_norm", [.headDimension], in: .not(.recurrent), map: .plusOne),
    .block(.attnKNorm, "self_attn.k_norm", [.headDimension], in: .not(.recurrent), map: .plusOne),
  ]

  /// The tensors of a delta net that are no input projections. Value heads are tiled in GGUF files
  /// of `isTiled` families.
  static func deltaNet(isTiled: Bool) -> [TensorSpec] {
    let rows = isTiled ? HeadTiling.rows(after: .constant(0)) : nil
    let taps = Size.number(\.ssmConvKernel)
    let channels = .constant(2) * Size.deltaKeys + .deltaValues
    return [
      .block(
        .ssmA, .bare("linear_attn.A_log"), [.number(\.ssmTimeStepRank)],
        gguf: .bare(TensorRole.ssmA.rawValue), in: .recurrent, map: .negativeExponential,
        tiled: rows),
      .block(
        .ssmConv1d, Placement("linear_attn.conv1d", shape: [channels, .constant(1), taps]),
        [channels * taps],
        gguf: Placement(TensorRole.ssmConv1d.rawValue, shape: [channels, taps]), in: .recurrent,
        tiled: isTiled ? .rows(after: .constant(2) * .deltaKeys * taps) : nil),
      .bias(
        .ssmDt, .bare("linear_attn.dt_bias"), [.number(\.ssmTimeStepRank)],
        gguf: Placement(TensorRole.ssmDt.rawValue), in: .recurrent, tiled: rows),
      .block(.ssmNorm, "linear_attn.norm", [.number(\.ssmValueSize)], in: .recurrent),
      .block(
        .ssmOut, "linear_attn.out_proj", [.embedding, .deltaValues], in: .recurrent,
        tiled: isTiled ? .columns : nil),
    ]
  }

  /// Experts, and one more whose output a sigmoid weighs. `arePacked` where all experts are written
  /// as one tensor, gate and up together; the other layout is read as well.
  static func gatedExperts(arePacked: Bool = false) -> [TensorSpec] {
    func experts(_ role: TensorRole, _ name: String, _ packed: Placement, _ shape: [Size])
      -> TensorSpec
    {
      let single = Placement("mlp.experts.*." + name)
      return .block(
        role, arePacked ? packed : single, shape, in: .mixture, or: [arePacked ? single : packed])
    }
    let wide: [Size] = [.experts, .expertFeedForward, .embedding]
    let both = Placement("mlp.experts.gate_up_proj", .inOrder, hasSuffix: false)
    return [
      .block(.ffnGateInp, "mlp.gate", [.experts, .embedding], in: .mixture),
      experts(
        .ffnDownExps, "down_proj", .bare("mlp.experts.down_proj"),
        [.experts, .embedding, .expertFeedForward]),
      experts(.ffnGateExps, "gate_proj", both, wide),
      experts(.ffnUpExps, "up_proj", both, wide),
      .block(
        .ffnGateShexp, "mlp.shared_expert.gate_proj", [.sharedFeedForward, .embedding],
        in: .mixture),
      .block(
        .ffnUpShexp, "mlp.shared_expert.up_proj", [.sharedFeedForward, .embedding], in: .mixture),
      .block(
        .ffnDownShexp, "mlp.shared_expert.down_proj", [.embedding, .sharedFeedForward],
        in: .mixture),
      .block(.ffnGateInpShexp, "mlp.shared_expert_gate", [.constant(1), .embedding], in: .mixture),
    ]
  }
}

extension Size {
  /// All keys of a delta net's token, which are as wide as its queries; all its values.
  static let deltaKeys = Size.number(\.ssmGroupCount) * .number(\.ssmStateSize)
  static let deltaValues = Size.number(\.ssmTimeStepRank) * .number(\.ssmValueSize)
}

extension [Op] {
  static func hybridBlock(_ network: Op) -> [Op] {
    let attention = Op.Attention(queryNorm: .attnQNorm, keyNorm: .attnKNorm, gate: .attnGate)
    return [
      .residual([
        .rmsNorm(.attnNorm),
        .layers(.recurrent, [.gatedDeltaNet], otherwise: [.attention(attention)]),
      ]),
      .residual([.rmsNorm(.attnPostNorm), network]),
    ]
  }
}

extension ConfigTable {
  static func hybrid(
    width: [ConfigEntry], sections: [ConfigEntry] = [], experts: [ConfigEntry] = [],
    expertWidths: [ConfigEntry] = [], after: [ConfigEntry] = [], part: String? = nil
  ) -> ConfigTable {
    ConfigTable(
      [
        .blocks("num_hidden_layers", drafts: "nextn_predict_layers"),
        .integer("max_position_embeddings", gguf: ["context_length"], \.contextLength),
        .integer("hidden_size", gguf: ["embedding_length"], \.embeddingLength),
      ] + width + [
        .integer("num_attention_heads", gguf: ["attention.head_count"], \.headCount),
        .integer(
          "num_key_value_heads", gguf: ["attention.head_count_kv"], \.headCountKV,
          absent: .same(\.headCount)),
      ] + sections + [
        .rope(),
        .float(
          "rms_norm_eps", gguf: "attention.layer_norm_rms_epsilon", \.rmsEpsilon, absent: 1e-6),
      ] + experts + [
        .integer(
          "head_dim", gguf: ["attention.key_length", "attention.value_length"], \.keyLength,
          absent: .number(256)),
        .fileType,
      ] + expertWidths + [
        .integer("linear_conv_kernel_dim", gguf: ["ssm.conv_kernel"], \.ssmConvKernel),
        .integer("linear_key_head_dim", gguf: ["ssm.state_size"], \.ssmStateSize),
        .integer("linear_num_key_heads", gguf: ["ssm.group_count"], \.ssmGroupCount),
        .integer("linear_num_value_heads", gguf: ["ssm.time_step_rank"], \.ssmTimeStepRank),
        .multiplied(
          "linear_value_head_dim", gguf: "ssm.inner_size", \.ssmValueSize,
          by: \.ssmTimeStepRank, absent: 128),
        .layers(.recurrent(period: 4, gguf: "attention.recurrent_layers")),
        .integer(
          "full_attention_interval", gguf: ["full_attention_interval"], \.fullAttentionInterval,
          absent: .number(4)),
        .rotatedShare("partial_rotary_factor", absent: 0.25),
        .integer("vocab_size", gguf: [], \.vocabularySize, absent: .embeddingRows, stated: .never),
        .flag("tie_word_embeddings", \.tiedEmbeddings, absent: false),
        .expected(
          "hidden_act", "silu", fatal: true, consequence: "the feed-forward activation differs"),
        .expected(
          "attention_bias", false, fatal: true, consequence: "the projections are biased"),
        .unused([
          "output_router_logits", "router_aux_loss_coef", "mamba_ssm_dtype",
          "mtp_num_hidden_layers", "mtp_use_dedicated_embeddings",
        ]),
      ] + after,
      part: part)
  }

  static let gatedExperts: [ConfigEntry] = [
    .integer("num_experts", gguf: ["expert_count"], \.expertCount),
    .integer("num_experts_per_tok", gguf: ["expert_used_count"], \.expertUsedCount),
  ]
  static let gatedExpertWidths: [ConfigEntry] = [
    .integer(
      "moe_intermediate_size", gguf: ["expert_feed_forward_length"], \.expertFeedForwardLength),
    .integer(
      "shared_expert_intermediate_size", gguf: ["expert_shared_feed_forward_length"],
      \.expertSharedFeedForwardLength),
  ]
}
