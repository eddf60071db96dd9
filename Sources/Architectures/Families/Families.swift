extension Architecture {
  /// Every family, one line each. A new family is a file in this folder and a line here.
  public static let all: [Architecture] = [
    .gemma2,
    .gpt2,
    .llama,
    .mixtral,
    .phi3,
    .qwen,
    .qwen2,
    .qwen2MoE,
    .qwen3,
    .qwen3MoE,
  ]
}
