extension Architecture {
  /// SmolLM3: a Llama of which rope leaves every fourth layer alone.
  /// Source: transformers' `modeling_smollm3.py`.
  public static let smolLM3 = Architecture(
    name: "smollm3",
    huggingFace: ["SmolLM3ForCausalLM"],
    modelType: "smollm3",
    rope: (huggingFace: .halves, gguf: .pairs),
    config: .decoder(
      headDimension: .ifUnusual, rope: .rope(absentBase: 2_000_000), tied: true,
      after: ConfigTable.llama + ConfigTable.llamaBiases + ConfigTable.fullAttention + [
        .layers(.roped(period: 4, key: "no_rope_layers", periodKey: "no_rope_layer_interval")),
        .unused(["pretraining_tp"]),
      ]),
    tensors: TensorSpec.llama,
    block: .usualBlock(.init(roped: .roped)), head: .usualHead)
}
