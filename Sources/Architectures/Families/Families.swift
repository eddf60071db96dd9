extension Architecture {
  /// Every family, one line each. A new family is a file in this folder and a line here.
  public static let all: [Architecture] = [
    .exaone4,
    .gemma,
    .gemma2,
    .gemma3,
    .gemma3Vision,
    .gpt2,
    .granite,
    .llama,
    .miniCPM,
    .mistral,
    .mixtral,
    .olmo2,
    .phi3,
    .qwen2,
    .qwen3,
    .smolLM3,
  ]
}
