extension Architecture {
  /// Every family, one line each. A new family is a file in this folder and a line here.
  public static let all: [Architecture] = [
    .cohere,
    .cohere2,
    .gemma2,
    .glm,
    .glm4,
    .gpt2,
    .gptneox,
    .internlm2,
    .llama,
    .mixtral,
    .phi3,
    .qwen2,
    .qwen3,
    .stablelm,
    .starcoder2,
  ]
}
