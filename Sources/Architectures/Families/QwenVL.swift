/// The text models of Qwen's vision-language models. Of a picture, rope would see three positions;
/// of text it sees one, so what they compute is what their plain relatives compute.
extension Architecture {
  /// Source: transformers' `modeling_qwen2_vl.py`.
  public static let qwen2VL = qwen2.besideVision(
    "qwen2vl", "Qwen2VLForConditionalGeneration", modelType: "qwen2_vl",
    config: qwen2.config.besideVision(), prefixes: usualAndNested)

  /// Source: transformers' `modeling_qwen2_5_vl.py`.
  public static let qwen25VL = qwen2.besideVision(
    "qwen2vl", "Qwen2_5_VLForConditionalGeneration", modelType: "qwen2_5_vl",
    config: qwen2.config.besideVision(), prefixes: usualAndNested)

  /// Source: transformers' `modeling_qwen3_vl.py`.
  public static let qwen3VL = qwen3.besideVision(
    "qwen3vl", "Qwen3VLForConditionalGeneration", modelType: "qwen3_vl",
    config: qwen3.config.besideVision(deepstack), prefixes: nested)

  /// Its published files have the experts' matrices turned; files that transformers 5 trained have
  /// not.
  /// Source: transformers' `modeling_qwen3_vl_moe.py`.
  public static let qwen3VLMoE = qwen3MoE.besideVision(
    "qwen3vlmoe", "Qwen3VLMoeForConditionalGeneration", modelType: "qwen3_vl_moe",
    config: qwen3MoE.config.besideVision(deepstack), prefixes: nested,
    tensors: qwen3MoE.tensors.filter { !$0.isStack } + [
      expert(.ffnGateExps, .inOrder, "gate_up_proj", [.expertFeedForward, .embedding]),
      expert(.ffnUpExps, .inOrder, "gate_up_proj", [.expertFeedForward, .embedding]),
      expert(.ffnDownExps, .alone, "down_proj", [.embedding, .expertFeedForward]),
    ])

  private static let nested = ["model.language_model."]
  /// Files that transformers saved as it names tensors in memory.
  private static let usualAndNested = ["model."] + nested

  private static let deepstack: [ConfigEntry] = [
    .count(
      "vision_config", "deepstack_visual_indexes", gguf: "n_deepstack_layers",
      \.deepstackLayerCount)
  ]

  private static func expert(
    _ role: TensorRole, _ arrangement: Placement.Arrangement, _ name: String, _ shape: [Size]
  ) -> TensorSpec {
    func place(turned: Bool) -> Placement {
      Placement("mlp.experts." + name, arrangement, isTransposed: turned, hasSuffix: false)
    }
    return .block(
      role, place(turned: true), [.experts] + shape, in: .mixture, or: [place(turned: false)])
  }

  private func besideVision(
    _ name: String, _ huggingFace: String, modelType: String, config: ConfigTable,
    prefixes: [String], tensors: [TensorSpec]? = nil
  ) -> Architecture {
    Architecture(
      name: name, huggingFace: [huggingFace], modelType: modelType,
      rope: (ropeHuggingFace, ropeGGUF), config: config, blockPrefix: prefixes[0] + "layers.",
      or: prefixes.dropFirst().map { $0 + "layers." },
      tensors: (tensors ?? self.tensors).map { $0.inPart(prefixes) }, ignorable: ignorable,
      otherParts: ["visual.", "model.visual."], embedding: embedding, block: block, head: head)
  }
}

extension ConfigTable {
  /// The same in `text_config` or, in older files, at the top; with rope's sections where llama.cpp's
  /// converter states them.
  fileprivate func besideVision(_ further: [ConfigEntry]? = nil) -> ConfigTable {
    let entries = entries.flatMap { entry -> [ConfigEntry] in
      switch entry {
      case .rope(_, let base, let slidingBase, let truncates):
        [
          .rope(
            writes: [.scaling], absentBase: base, absentSlidingBase: slidingBase,
            ggufTruncates: truncates),
          .ropeSections(interleaved: further != nil), .ropePart(.base),
        ]
      // transformers always normalizes here, as llama.cpp does.
      case .assumed(let key, let field, _, let gguf):
        [.assumed(key, field, absent: gguf, gguf: gguf)]
      default: [entry]
      }
    }
    return ConfigTable(
      entries + (further ?? []) + [
        .unused([
          "vision_config", "image_token_id", "video_token_id", "vision_token_id",
          "vision_start_token_id", "vision_end_token_id", "pad_token_id",
        ])
      ], part: "text_config")
  }
}
