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
      case .attnV: .attentionV
      case .attnOutput: .attentionOutput
      case .ffnUp: .ffnUp
      case .ffnGate: .ffnGate
      case .ffnDown: .ffnDown
      case .outputNorm, .ropeFreqs, .attnNorm, .attnQNorm, .attnKNorm, .ffnNorm: .other
      }
  }
}
