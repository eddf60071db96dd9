extension Architecture {
  /// Granite 3, the dense models: a Llama with a factor on embeddings, scores, branches and logits.
  /// Source: transformers' `modeling_granite.py`.
  public static let granite = Architecture(
    name: "granite",
    huggingFace: ["GraniteForCausalLM"],
    modelType: "granite",
    rope: (huggingFace: .halves, gguf: .pairs),
    config: .decoder(
      headDimension: .ifUnusual,
      after: ConfigTable.llama + [
        .float("attention_multiplier", gguf: "attention.scale", \.attentionScale, absent: 1),
        .float("embedding_multiplier", gguf: "embedding_scale", \.embeddingScale, absent: 1),
        .float("residual_multiplier", gguf: "residual_scale", \.residualScale, absent: 1),
        .float("logits_scaling", gguf: "logit_scale", \.logitScale, absent: 1),
      ] + ConfigTable.llamaBiases),
    tensors: TensorSpec.llama,
    embedding: [.scale(\.embeddingScale)],
    block: .scaledBlock,
    head: .usualHead + [.divide(\.logitScale)])
}

extension [Op] {
  /// The usual block with a factor on what each branch adds.
  static let scaledBlock: [Op] = [
    .residual([.rmsNorm(.attnNorm), .attention(.init()), .scale(\.residualScale)]),
    .residual([.rmsNorm(.ffnNorm), .gatedFeedForward(.init()), .scale(\.residualScale)]),
  ]
}
