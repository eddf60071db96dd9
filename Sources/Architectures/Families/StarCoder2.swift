extension Architecture {
  /// StarCoder2: layer norms, biases, a plain feed-forward network, rope, and a window that llama.cpp
  /// has no key for.
  /// Source: transformers' `modeling_starcoder2.py`.
  public static let starcoder2 = Architecture(
    name: "starcoder2",
    huggingFace: ["Starcoder2ForCausalLM"],
    modelType: "starcoder2",
    rope: (huggingFace: .halves, gguf: .halves),
    config: .layerNormDecoder(
      epsilon: "norm_epsilon", activation: "gelu_pytorch_tanh", headDimension: .never,
      after: [
        .integer("vocab_size", gguf: [], \.vocabularySize, absent: .embeddingRows, stated: .never),
        .flag("use_bias", \.attentionBias, absent: true),
        .integer("sliding_window", gguf: [], \.slidingWindow, absent: .number(0), least: 0),
        .layers(.sliding(period: 0)),
        .expected(
          "norm_type", "layer_norm", fatal: true, consequence: "the norms differ"),
        .expected(
          "mlp_type", "default", fatal: true, consequence: "the feed-forward network differs"),
        .unused(["residual_dropout", "embedding_dropout"]),
      ]),
    tensors: [
      .model(.tokenEmbd, "model.embed_tokens", [.vocabulary, .embedding]),
      .model(.output, "lm_head", [.vocabulary, .embedding], .unless(\.tiedEmbeddings)),
    ]
      + TensorSpec.biasedNorm(.attnNorm, "input_layernorm")
      + TensorSpec.biasedNorm(.ffnNorm, "post_attention_layernorm")
      + TensorSpec.allBiases + TensorSpec.usualAttention + [
        .bias(.ffnUp, "mlp.c_fc", [.feedForward], .when(\.attentionBias)),
        .block(.ffnUp, "mlp.c_fc", [.feedForward, .embedding]),
        .bias(.ffnDown, "mlp.c_proj", [.embedding], .when(\.attentionBias)),
        .block(.ffnDown, "mlp.c_proj", [.embedding, .feedForward]),
      ] + TensorSpec.biasedOutputNorm("model.norm"),
    block: [
      .residual([.layerNorm(.attnNorm), .attention(.init())]),
      .residual([.layerNorm(.ffnNorm), .plainFeedForward(.init(.geluTanh))]),
    ],
    head: [.layerNorm(.outputNorm), .logits(.output)])
}
