import Architectures

/// A published model, by its numbers.
struct PublishedShape {
  let name: String
  let family: Architecture
  let blocks: Int
  /// config.json's numbers without the number of blocks.
  let config: String

  static let all: [PublishedShape] = [
    PublishedShape(
      name: "Qwen2.5-0.5B", family: .qwen2, blocks: 24,
      config: """
        "hidden_size": 896, "intermediate_size": 4864, "num_attention_heads": 14,
        "num_key_value_heads": 2, "vocab_size": 151936, "rope_theta": 1000000,
        "tie_word_embeddings": true, "hidden_act": "silu"
        """),
    PublishedShape(
      name: "Qwen3-0.6B", family: .qwen3, blocks: 28,
      config: """
        "hidden_size": 1024, "intermediate_size": 3072, "num_attention_heads": 16,
        "num_key_value_heads": 8, "head_dim": 128, "vocab_size": 151936, "rope_theta": 1000000,
        "tie_word_embeddings": true, "hidden_act": "silu"
        """),
    PublishedShape(
      name: "Llama-3.2-1B", family: .llama, blocks: 16,
      config: """
        "hidden_size": 2048, "intermediate_size": 8192, "num_attention_heads": 32,
        "num_key_value_heads": 8, "head_dim": 64, "vocab_size": 128256, "rope_theta": 500000,
        "tie_word_embeddings": true, "hidden_act": "silu"
        """),
    PublishedShape(
      name: "Gemma-2-2B", family: .gemma2, blocks: 26,
      config: """
        "hidden_size": 2304, "intermediate_size": 9216, "num_attention_heads": 8,
        "num_key_value_heads": 4, "head_dim": 256, "vocab_size": 256000, "sliding_window": 4096,
        "attn_logit_softcapping": 50.0, "final_logit_softcapping": 30.0,
        "query_pre_attn_scalar": 256, "hidden_activation": "gelu_pytorch_tanh"
        """),
    PublishedShape(
      name: "Phi-3-mini", family: .phi3, blocks: 32,
      config: """
        "hidden_size": 3072, "intermediate_size": 8192, "num_attention_heads": 32,
        "num_key_value_heads": 32, "vocab_size": 32064, "rope_theta": 10000,
        "tie_word_embeddings": false, "hidden_act": "silu"
        """),
    PublishedShape(
      name: "Qwen2.5-7B", family: .qwen2, blocks: 28,
      config: """
        "hidden_size": 3584, "intermediate_size": 18944, "num_attention_heads": 28,
        "num_key_value_heads": 4, "vocab_size": 152064, "rope_theta": 1000000,
        "tie_word_embeddings": false, "hidden_act": "silu"
        """),
    PublishedShape(
      name: "Qwen3-30B-A3B", family: .qwen3MoE, blocks: 48,
      config: """
        "hidden_size": 2048, "intermediate_size": 6144, "num_attention_heads": 32,
        "num_key_value_heads": 4, "head_dim": 128, "vocab_size": 151936, "rope_theta": 1000000,
        "num_experts": 128, "num_experts_per_tok": 8, "moe_intermediate_size": 768,
        "norm_topk_prob": true, "tie_word_embeddings": false, "hidden_act": "silu"
        """),
  ]

  /// config.json of the model with so many blocks.
  func config(blocks: Int) -> String {
    """
    {"architectures": ["\(family.huggingFace[0])"], "model_type": "\(family.modelType)",
     "num_hidden_layers": \(blocks), "max_position_embeddings": 4096, "rms_norm_eps": 1e-6,
     \(config)}
    """
  }
}
