/// What a tensor is for. The raw value is the GGUF stem, which is this project's own vocabulary.
public enum TensorRole: String, CaseIterable, Sendable {
  case tokenEmbd = "token_embd"
  case outputNorm = "output_norm"
  case output = "output"
  case ropeFreqs = "rope_freqs"
  case attnNorm = "attn_norm"
  case attnQ = "attn_q"
  case attnK = "attn_k"
  case attnV = "attn_v"
  case attnQNorm = "attn_q_norm"
  case attnKNorm = "attn_k_norm"
  case attnOutput = "attn_output"
  case ffnNorm = "ffn_norm"
  case ffnGate = "ffn_gate"
  case ffnUp = "ffn_up"
  case ffnDown = "ffn_down"

  /// Matrices of these roles are never quantized.
  ///
  /// Source: llama.cpp, `tensor_allows_quantization` in `src/llama-quant.cpp`.
  public var staysFloat: Bool {
    switch self {
    case .outputNorm, .ropeFreqs, .attnNorm, .attnQNorm, .attnKNorm, .ffnNorm: true
    case .tokenEmbd, .output, .attnQ, .attnK, .attnV, .attnOutput, .ffnGate, .ffnUp, .ffnDown:
      false
    }
  }
}
