extension Architecture {
  /// Every family, one line each. A new family is a file in this folder and a line here.
  public static let all: [Architecture] = [
    .cohere,
    .cohere2,
    .exaone4,
    .gemma,
    .gemma2,
    .gemma3,
    .gemma3Vision,
    .glm,
    .glm4,
    .gpt2,
    .gptneox,
    .granite,
    .internlm2,
    .llama,
    .miniCPM,
    .mistral,
    .mixtral,
    .olmo2,
    .phi3,
    .qwen2,
    .qwen3,
    .smolLM3,
    .stablelm,
    .starcoder2,
  ]
}
