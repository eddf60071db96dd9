/// What a tensor is for. The raw value is the GGUF stem, which is this project's own vocabulary.
///
/// Source: gguf-py, `TENSOR_NAMES` in `constants.py`.
public enum TensorRole: String, CaseIterable, Sendable {
  case tokenEmbd = "token_embd"
  case positionEmbd = "position_embd"
  case outputNorm = "output_norm"
  case output = "output"
  /// Divisors of rope's frequencies, which GGUF holds and transformers computes.
  case ropeFreqs = "rope_freqs"
  case ropeFactorsLong = "rope_factors_long"
  case ropeFactorsShort = "rope_factors_short"

  case attnNorm = "attn_norm"
  case attnNorm2 = "attn_norm_2"
  case attnQ = "attn_q"
  case attnK = "attn_k"
  case attnV = "attn_v"
  /// Queries, keys and values in one file tensor.
  case attnQKV = "attn_qkv"
  case attnQNorm = "attn_q_norm"
  case attnKNorm = "attn_k_norm"
  case attnOutput = "attn_output"
  case attnGate = "attn_gate"
  case attnSinks = "attn_sinks"
  case attnPostNorm = "post_attention_norm"

  /// Latent attention.
  case attnQA = "attn_q_a"
  case attnQANorm = "attn_q_a_norm"
  case attnQB = "attn_q_b"
  case attnKVA = "attn_kv_a_mqa"
  case attnKVANorm = "attn_kv_a_norm"
  case attnKVB = "attn_kv_b"
  case attnKB = "attn_k_b"
  case attnVB = "attn_v_b"

  case ffnNorm = "ffn_norm"
  case ffnGate = "ffn_gate"
  case ffnUp = "ffn_up"
  case ffnDown = "ffn_down"
  case ffnPostNorm = "post_ffw_norm"

  /// The router, the experts, and the expert that every token takes.
  case ffnGateInp = "ffn_gate_inp"
  case ffnGateExps = "ffn_gate_exps"
  case ffnUpExps = "ffn_up_exps"
  case ffnDownExps = "ffn_down_exps"
  case expProbsB = "exp_probs_b"
  case ffnGateInpShexp = "ffn_gate_inp_shexp"
  case ffnGateShexp = "ffn_gate_shexp"
  case ffnUpShexp = "ffn_up_shexp"
  case ffnDownShexp = "ffn_down_shexp"

  /// The gated delta net.
  case ssmIn = "ssm_in"
  case ssmBetaAlpha = "ssm_ba"
  case ssmBeta = "ssm_beta"
  case ssmAlpha = "ssm_alpha"
  case ssmConv1d = "ssm_conv1d"
  case ssmDt = "ssm_dt"
  case ssmA = "ssm_a"
  case ssmNorm = "ssm_norm"
  case ssmOut = "ssm_out"

  /// Matrices of these roles are never quantized.
  ///
  /// Source: llama.cpp, `tensor_allows_quantization` in `src/llama-quant.cpp`.
  public var staysFloat: Bool {
    switch self {
    case .outputNorm, .attnNorm, .attnNorm2, .attnQNorm, .attnKNorm, .attnPostNorm, .attnQANorm,
      .attnKVANorm, .ffnNorm, .ffnPostNorm, .ssmNorm:
      true
    case .ropeFreqs, .ropeFactorsLong, .ropeFactorsShort, .positionEmbd, .ffnGateInp, .ssmConv1d,
      .attnSinks, .expProbsB, .ssmDt, .ssmA, .ffnGateInpShexp:
      true
    case .tokenEmbd, .output, .attnQ, .attnK, .attnV, .attnQKV, .attnOutput, .attnGate, .attnQA,
      .attnQB, .attnKVA, .attnKVB, .attnKB, .attnVB, .ffnGate, .ffnUp, .ffnDown, .ffnGateExps,
      .ffnUpExps, .ffnDownExps, .ffnGateShexp, .ffnUpShexp, .ffnDownShexp,
      .ssmIn, .ssmBetaAlpha, .ssmBeta, .ssmAlpha, .ssmOut:
      false
    }
  }

  /// Matrices that the runner multiplies by their columns, as a GGUF stores them.
  public var isTurned: Bool { self == .attnKB }

  /// Small tensors that the runner reads as plain numbers whatever their rank.
  public var isAlwaysVector: Bool {
    switch self {
    case .attnQNorm, .attnKNorm, .ssmConv1d, .ffnGateInpShexp: true
    default: false
    }
  }
}
