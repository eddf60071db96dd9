/// The shapes of a published model.
public struct ModelShape: Sendable {
  public let name: String
  public let blocks: Int
  /// The rest of its config.json.
  private let numbers: String

  /// The config.json of the model, or of one with fewer blocks.
  public func config(blocks: Int? = nil) -> String {
    """
    {\(numbers), "num_hidden_layers": \(blocks ?? self.blocks), "torch_dtype": "bfloat16",
     "max_position_embeddings": 32768}
    """
  }

  public static let qwen2_5_1_5B = ModelShape(
    name: "Qwen2.5-1.5B", blocks: 28,
    numbers: qwen2(hidden: 1536, feedForward: 8960, heads: 12, keyValueHeads: 2, tied: true))

  public static let all: [ModelShape] = [
    ModelShape(
      name: "Qwen2.5-0.5B", blocks: 24,
      numbers: qwen2(hidden: 896, feedForward: 4864, heads: 14, keyValueHeads: 2, tied: true)),
    qwen2_5_1_5B,
    ModelShape(
      name: "Qwen2.5-7B", blocks: 28,
      numbers: qwen2(hidden: 3584, feedForward: 18944, heads: 28, keyValueHeads: 4, tied: false)),
    ModelShape(
      name: "Qwen3-0.6B", blocks: 28,
      numbers: """
        "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "hidden_size": 1024,
        "intermediate_size": 3072, "num_attention_heads": 16, "num_key_value_heads": 8,
        "head_dim": 128, "vocab_size": 151936, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0,
        "tie_word_embeddings": true, "hidden_act": "silu"
        """),
    ModelShape(
      name: "Llama-3.2-1B", blocks: 16,
      numbers: """
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 2048,
        "intermediate_size": 8192, "num_attention_heads": 32, "num_key_value_heads": 8,
        "head_dim": 64, "vocab_size": 128256, "rms_norm_eps": 1e-05, "rope_theta": 500000.0,
        "tie_word_embeddings": true, "hidden_act": "silu"
        """),
    ModelShape(
      name: "Gemma-2-2B", blocks: 26,
      numbers: """
        "architectures": ["Gemma2ForCausalLM"], "model_type": "gemma2", "hidden_size": 2304,
        "intermediate_size": 9216, "num_attention_heads": 8, "num_key_value_heads": 4,
        "head_dim": 256, "vocab_size": 256000, "rms_norm_eps": 1e-06, "rope_theta": 10000.0,
        "query_pre_attn_scalar": 256, "sliding_window": 4096, "attn_logit_softcapping": 50.0,
        "final_logit_softcapping": 30.0, "hidden_activation": "gelu_pytorch_tanh",
        "tie_word_embeddings": true
        """),
    ModelShape(
      name: "Mixtral-8x7B", blocks: 32,
      numbers: """
        "architectures": ["MixtralForCausalLM"], "model_type": "mixtral", "hidden_size": 4096,
        "intermediate_size": 14336, "num_attention_heads": 32, "num_key_value_heads": 8,
        "num_local_experts": 8, "num_experts_per_tok": 2, "vocab_size": 32000,
        "rms_norm_eps": 1e-05, "rope_theta": 1000000.0, "tie_word_embeddings": false,
        "hidden_act": "silu"
        """),
  ]

  private static func qwen2(
    hidden: Int, feedForward: Int, heads: Int, keyValueHeads: Int, tied: Bool
  ) -> String {
    """
    "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_size": \(hidden),
    "intermediate_size": \(feedForward), "num_attention_heads": \(heads),
    "num_key_value_heads": \(keyValueHeads), "vocab_size": 151936, "rms_norm_eps": 1e-06,
    "rope_theta": 1000000.0, "tie_word_embeddings": \(tied), "hidden_act": "silu",
    "use_sliding_window": false
    """
  }
}
