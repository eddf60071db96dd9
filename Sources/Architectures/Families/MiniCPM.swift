extension Architecture {
  /// MiniCPM 1, 2 and 4: a Llama with factors that let widths and depths of a series train alike;
  /// LongRoPE in models of long context.
  /// Source: OpenBMB's `modeling_minicpm.py`.
  public static let miniCPM = Architecture(
    name: "minicpm",
    huggingFace: ["MiniCPMForCausalLM"],
    modelType: "minicpm",
    rope: (huggingFace: .halves, gguf: .pairs),
    config: .decoder(
      headDimension: .ifUnusual, tied: true,
      after: [
        .float("scale_emb", gguf: "embedding_scale", \.embeddingScale, absent: nil),
        .mapped(.branchScale),
        .mapped(.widthScale),
        .integer("vocab_size", gguf: [], \.vocabularySize, absent: .embeddingRows, stated: .never),
        .expected("attention_bias", false, fatal: true, consequence: "the projections are biased"),
        .expected(
          "pretraining_tp", 1, fatal: false,
          consequence: "the sums of tensor-parallel slices round differently"),
      ]),
    tensors: TensorSpec.usualFrame + TensorSpec.ropeFactors + TensorSpec.usualAttention
      + TensorSpec.usualFeedForward,
    ignorable: ["model.layers.*.self_attn.rotary_emb.inv_freq"],
    embedding: [.scale(\.embeddingScale)],
    block: .scaledBlock,
    head: [.rmsNorm(.outputNorm), .divide(\.logitScale), .logits(.output)])
}

extension ConfigEntry.Mapped {
  /// What branches are multiplied by: config.json's number over the root of the depth.
  fileprivate static let branchScale = ConfigEntry.Mapped(
    "scale_depth", gguf: "residual_scale", \.residualScale,
    absent: { scale(1.4, $0) }, read: scale,
    write: { value, parameters in
      let exact = Double(value) * Double(parameters.blockCount).squareRoot()
      let short = ConfigTable.decimal(Float(exact))
      return scale(short, parameters) == value ? short : exact
    })

  /// What the head's input is divided by: the width over config.json's number.
  fileprivate static let widthScale = ConfigEntry.Mapped(
    "dim_model_base", gguf: "logit_scale", \.logitScale,
    absent: { Float($0.embeddingLength) / 256 },
    read: { value, parameters in Float(Double(parameters.embeddingLength) / value) },
    write: { value, parameters in (Double(parameters.embeddingLength) / Double(value)).rounded() })

  private static func scale(_ value: Double, _ parameters: HyperParameters) -> Float {
    Float(value / Double(parameters.blockCount).squareRoot())
  }
}
