import Architectures

/// What a preset's rules tell tensors apart by.
///
/// Source: llama.cpp, `tensor_category` in `src/llama-quant.cpp`.
enum Category: Sendable, Equatable {
  case tokenEmbedding, output
  case attentionQ, attentionK, attentionOutput
  /// Values, alone or fused with queries and keys: the most sensitive projections.
  case attentionV
  case ffnUp, ffnGate, ffnDown
  case other

  init(_ role: TensorRole) {
    self =
      switch role {
      case .tokenEmbd: .tokenEmbedding
      case .output: .output
      case .attnQ: .attentionQ
      case .attnK: .attentionK
      case .attnV, .attnQKV, .attnKVB: .attentionV
      case .attnOutput: .attentionOutput
      case .ffnUp, .ffnUpExps, .ffnUpShexp: .ffnUp
      case .ffnGate, .ffnGateExps, .ffnGateShexp, .ffnGateInp, .ffnGateInpShexp: .ffnGate
      case .ffnDown, .ffnDownExps, .ffnDownShexp: .ffnDown
      case .positionEmbd, .outputNorm, .ropeFreqs, .ropeFactorsLong, .ropeFactorsShort, .attnNorm,
        .attnNorm2, .attnQNorm, .attnKNorm, .attnGate, .attnSinks, .attnPostNorm, .attnQA,
        .attnQANorm, .attnQB, .attnKVA, .attnKVANorm, .attnKB, .attnVB, .ffnNorm, .ffnPostNorm,
        .expProbsB, .ssmIn, .ssmBetaAlpha, .ssmBeta, .ssmAlpha, .ssmConv1d, .ssmDt, .ssmA,
        .ssmNorm, .ssmOut:
        .other
      }
  }
}
