extension Architecture {
  /// DeepSeek V2, V2-Lite and V2.5: latent attention, a few dense layers, then experts by softmax, of
  /// the best groups where there are groups, and some that every token takes.
  /// Source: transformers' `modeling_deepseek_v2.py`.
  public static let deepseekV2 = deepseek(
    "DeepseekV2ForCausalLM", modelType: "deepseek_v2",
    config: ConfigTable.deepseek(
      gating: .softmax, denseLayers: 0, scale: 1,
      choice: [
        .mark("norm_topk_prob", \.expertWeightsNorm, absent: false, gguf: "expert_weights_norm"),
        .expected(
          "norm_topk_prob", false, fatal: true,
          consequence: "the weights of experts are normalized"),
        .implied("topk_method", consequence: "experts are chosen in another way") {
          $0.expertGroupCount > 1
            ? ["group_limited_greedy"] : ["greedy", "group_limited_greedy"]
        },
        .expected(
          "mlp_bias", false, fatal: true, consequence: "the feed-forward projections are biased"),
      ]),
    mixture: .init(shared: .deepseekShared))

  /// DeepSeek V3 and R1, and what follows their layout: experts by sigmoid, their choice corrected by
  /// a learned bias. llama.cpp knows it by that bias.
  /// Source: transformers' `modeling_deepseek_v3.py`.
  public static let deepseekV3 = deepseek(
    "DeepseekV3ForCausalLM", modelType: "deepseek_v3", ggufMark: "exp_probs_b.bias",
    config: ConfigTable.deepseek(
      gating: .sigmoid, denseLayers: 3, scale: 2.5,
      choice: [
        .mark(
          "norm_topk_prob", \.expertWeightsNorm, absent: true, gguf: "expert_weights_norm"),
        .expected(
          "topk_method", "noaux_tc", fatal: true,
          consequence: "experts are chosen in another way"),
        .expected(
          "rope_interleave", true, fatal: true,
          consequence: "rope rotates halves, which GGUF has no word for"),
      ]),
    tensors: [
      .bias(.expProbsB, .bare("mlp.gate.e_score_correction_bias"), [.experts], in: .mixture)
    ],
    mixture: .init(correction: .expProbsB, groupsByBestTwo: true, shared: .deepseekShared))

  private static func deepseek(
    _ name: String, modelType: String, ggufMark: String? = nil, config: ConfigTable,
    tensors: [TensorSpec] = [], mixture: Op.Mixture
  ) -> Architecture {
    Architecture(
      name: "deepseek2",
      huggingFace: [name],
      modelType: modelType,
      ggufMark: ggufMark,
      rope: (huggingFace: .pairs, gguf: .pairs),
      config: config,
      tensors: TensorSpec.deepseek + tensors,
      ignorable: ["model.layers.*.self_attn.rotary_emb.inv_freq"],
      furtherLayers: "num_nextn_predict_layers",
      block: [
        // The norms' ε is a constant of transformers, whatever the config says of the others.
        .residual([.rmsNorm(.attnNorm), .latentAttention(.init(epsilon: 1e-6))]),
        .residual([
          .rmsNorm(.ffnNorm),
          .layers(.mixture, [.mixtureOfExperts(mixture)], otherwise: [.gatedFeedForward(.init())]),
        ]),
      ],
      head: .usualHead)
  }
}

extension Size {
  /// All experts that every token takes, as one network.
  fileprivate static let deepseekShared = .expertFeedForward * .number(\.expertSharedCount)
}

extension Op.GatedFeedForward {
  fileprivate static let deepseekShared = {
    var network = shared()
    network.width = .deepseekShared
    return network
  }()
}

extension ConfigTable {
  /// `choice` is what the versions say differently about the choice of experts.
  fileprivate static func deepseek(
    gating: ExpertGating, denseLayers: Int, scale: Float, choice: [ConfigEntry]
  ) -> ConfigTable {
    ConfigTable(
      [
        .integer("num_hidden_layers", gguf: ["block_count"], \.blockCount),
        .integer("max_position_embeddings", gguf: ["context_length"], \.contextLength),
        .integer("hidden_size", gguf: ["embedding_length"], \.embeddingLength),
        .integer("intermediate_size", gguf: ["feed_forward_length"], \.feedForwardLength),
        .integer("num_attention_heads", gguf: ["attention.head_count"], \.headCount),
        .constant(
          gguf: "attention.head_count_kv", \.headCountKV, 1,
          otherwise: "The file is older than llama.cpp's latent attention: convert the model's "
            + "source again."),
        .implied("num_key_value_heads", consequence: "heads share keys and values") {
          [.int($0.headCount)]
        },
        .rope(),
        .float(
          "rms_norm_eps", gguf: "attention.layer_norm_rms_epsilon", \.rmsEpsilon, absent: 1e-6),
        .integer("n_routed_experts", gguf: ["expert_count"], \.expertCount),
        .integer("num_experts_per_tok", gguf: ["expert_used_count"], \.expertUsedCount),
        .integer(
          "n_group", gguf: ["expert_group_count"], \.expertGroupCount, absent: .number(0),
          stated: .ifUnusual, least: 0),
        .integer(
          "topk_group", gguf: ["expert_group_used_count"], \.expertGroupUsedCount,
          absent: .number(0), stated: .ifUnusual, least: 0),
        .gating("scoring_func", absent: gating),
        .remainder(
          "kv_lora_rank", gguf: "attention.key_length", \.keyLength,
          beside: \.ropeDimensionCount),
        .integer("kv_lora_rank", gguf: ["attention.value_length"], \.ownValueLength),
        .fileType,
        .integer(
          "first_k_dense_replace", gguf: ["leading_dense_block_count"],
          \.leadingDenseBlockCount, absent: .number(denseLayers), least: 0),
        .integer("vocab_size", gguf: ["vocab_size"], \.vocabularySize, absent: .embeddingRows),
        .integer(
          "q_lora_rank", gguf: ["attention.q_lora_rank"], \.qLoraRank, absent: .number(0),
          stated: .ifUnusual, least: 0),
        .integer("kv_lora_rank", gguf: ["attention.kv_lora_rank"], \.kvLoraRank),
        .remainder(
          "qk_nope_head_dim", gguf: "attention.key_length_mla", \.keyLengthMLA,
          beside: \.ropeDimensionCount),
        .integer("v_head_dim", gguf: ["attention.value_length_mla"], \.valueLengthMLA),
        .integer(
          "moe_intermediate_size", gguf: ["expert_feed_forward_length"],
          \.expertFeedForwardLength),
        .integer("n_shared_experts", gguf: ["expert_shared_count"], \.expertSharedCount),
        .float(
          "routed_scaling_factor", gguf: "expert_weights_scale", \.expertWeightsScale,
          absent: scale),
      ] + choice + [
        .integer("qk_rope_head_dim", gguf: ["rope.dimension_count"], \.ropeDimensionCount),
        .ropePart(.logMultiplier),
        .computed(\.attentionScale) {
          Float($0.ropeScaling.scoreFactor / Double($0.keyLengthMLA).squareRoot())
        },
        .flag("tie_word_embeddings", \.tiedEmbeddings, absent: false),
        .expected(
          "scoring_func", gating == .sigmoid ? "sigmoid" : "softmax", fatal: true,
          consequence: "experts are weighed in another way"),
        .expected(
          "hidden_act", "silu", fatal: true, consequence: "the feed-forward activation differs"),
        .expected("attention_bias", false, fatal: true, consequence: "the projections are biased"),
        .expected(
          "moe_layer_freq", 1, fatal: true, consequence: "further layers are dense"),
        .expected(
          "pretraining_tp", 1, fatal: false,
          consequence: "the sums of tensor-parallel slices round differently"),
        .unused([
          // Derived from others, whatever a file says.
          "head_dim", "qk_head_dim",
          "ep_size", "aux_loss_alpha", "seq_aux", "output_router_logits",
          "num_nextn_predict_layers",
        ]),
      ])
  }
}

extension TensorSpec {
  fileprivate static let deepseek: [TensorSpec] =
    usualFrame + usualFeedForward + [
      .block(
        .attnQ, "self_attn.q_proj", [.heads * .number(\.keyLengthMLA), .embedding],
        .unless(\.hasQueryLatent)),
      .block(
        .attnQA, "self_attn.q_a_proj", [.number(\.qLoraRank), .embedding], .when(\.hasQueryLatent)),
      .block(
        .attnQANorm, "self_attn.q_a_layernorm", [.number(\.qLoraRank)], .when(\.hasQueryLatent)),
      .block(
        .attnQB, "self_attn.q_b_proj", [.heads * .number(\.keyLengthMLA), .number(\.qLoraRank)],
        .when(\.hasQueryLatent)),
      .block(.attnKVA, "self_attn.kv_a_proj_with_mqa", [.headDimension, .embedding]),
      .block(.attnKVANorm, "self_attn.kv_a_layernorm", [.valueDimension]),
      .block(
        .attnKB, .fused("self_attn.kv_b_proj", groups: .heads),
        [.heads, .number(\.plainLengthMLA), .valueDimension], gguf: .transposed("attn_k_b")),
      .block(
        .attnVB, .fused("self_attn.kv_b_proj", groups: .heads),
        [.heads, .number(\.valueLengthMLA), .valueDimension]),
      .block(
        .attnOutput, "self_attn.o_proj", [.embedding, .heads * .number(\.valueLengthMLA)]),
      .block(.ffnGateInp, "mlp.gate", [.experts, .embedding], in: .mixture),
      .block(
        .ffnDownExps, "mlp.experts.*.down_proj", [.experts, .embedding, .expertFeedForward],
        in: .mixture),
      .block(
        .ffnGateExps, "mlp.experts.*.gate_proj", [.experts, .expertFeedForward, .embedding],
        in: .mixture),
      .block(
        .ffnUpExps, "mlp.experts.*.up_proj", [.experts, .expertFeedForward, .embedding],
        in: .mixture),
      .block(
        .ffnDownShexp, "mlp.shared_experts.down_proj", [.embedding, .deepseekShared],
        in: .mixture),
      .block(
        .ffnGateShexp, "mlp.shared_experts.gate_proj", [.deepseekShared, .embedding],
        in: .mixture),
      .block(
        .ffnUpShexp, "mlp.shared_experts.up_proj", [.deepseekShared, .embedding], in: .mixture),
    ]
}
