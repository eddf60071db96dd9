extension Architecture {
  /// Mistral: a Llama whose layers may all see a window only. In GGUF it is a llama, and llama.cpp
  /// has no word for the window there: a GGUF of ours remembers it.
  /// Source: transformers' `modeling_mistral.py`.
  public static let mistral = Architecture(
    name: "llama",
    huggingFace: ["MistralForCausalLM"],
    modelType: "mistral",
    rope: (huggingFace: .halves, gguf: .pairs),
    config: .decoder(
      headDimension: .always,
      after: ConfigTable.llama + [
        .integer("sliding_window", gguf: [], \.slidingWindow, absent: .number(0), least: 0),
        .layers(.sliding(period: 0)),
      ]),
    tensors: [TensorSpec.ropeDivisors] + TensorSpec.usualFrame + TensorSpec.usualAttention
      + TensorSpec.usualFeedForward,
    block: .usualBlock(), head: .usualHead)
}
