extension Architecture {
  /// Every family, one line each. A new family is a file in this folder and a line here.
  public static let all: [Architecture] = [
    .gemma2,
    .gpt2,
    .gptOSS,
    .llama,
    .mixtral,
    .phi3,
    .qwen2,
    .qwen3,
  ]
}
