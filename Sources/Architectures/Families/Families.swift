extension Architecture {
  /// Every family, one line each. A new family is a file in this folder and a line here.
  public static let all: [Architecture] = [
    .gemma2,
    .gpt2,
    .llama,
    .mixtral,
    .phi3,
    .qwen2,
    .qwen3,
    .qwen35,
    .qwen35Experts,
    .qwen3Next,
  ]
}
