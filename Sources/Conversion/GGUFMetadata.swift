import Architectures
import Checkpoints
import Containers
import Quantization
import Tensors

/// The metadata of a GGUF: llama.cpp's keys in llama.cpp's order, then ours.
public enum GGUFMetadata {
  /// ggml's `GGML_QNT_VERSION`.
  private static let quantizationVersion: UInt32 = 2

  /// Metadata for a model that comes from Hugging Face files. `vocabulary` are the tokenizer's
  /// entries; `source` are the keys of `SourceKeys`.
  static func build(
    _ model: Model, _ recipe: Recipe, origin: Origin, vocabulary: [Metadata.Entry],
    source: [Metadata.Entry]
  ) throws(FormatError) -> Metadata {
    var metadata = Metadata()
    metadata["general.architecture"] = .text(model.architecture.name)
    let preface = model.architecture.config.ggufPreface(
      model.parameters, architecture: model.architecture.name)
    for (key, value) in preface { metadata[key] = value }
    metadata["general.type"] = .text("model")
    for (key, value) in try sampling(model.checkpoint) + origin.entries { metadata[key] = value }

    let family = model.architecture.config.gguf(
      model.parameters, architecture: model.architecture.name, fileType: recipe.fileType ?? 0)
    for (key, value) in family { metadata[key] = value }
    metadata["general.quantization_version"] = .uint32(quantizationVersion)
    for (key, value) in vocabulary { metadata[key] = value }
    return finish(metadata, recipe.preset, source: source)
  }

  /// Metadata for a model that is a GGUF already: what it says, with the new types.
  public static func rebuild(_ model: Model, _ preset: Preset) -> Metadata {
    var metadata = model.checkpoint.tensors.metadata
    for key in metadata.entries.map(\.key) where key.hasPrefix("split.") { metadata[key] = nil }
    if preset.isPlain, let type = preset.fileType { metadata["general.file_type"] = .uint32(type) }
    if model.parameters.nextnPredictLayers > 0 { leaveOutDrafts(of: model, &metadata) }
    return finish(metadata, preset, source: [])
  }

  /// Blocks that draft further tokens are not counted any more.
  private static func leaveOutDrafts(of model: Model, _ metadata: inout Metadata) {
    let prefix = model.architecture.name + "."
    let own = model.architecture.config.gguf(
      model.parameters, architecture: model.architecture.name, fileType: 0)
    for (key, value) in own where key.hasPrefix(prefix) && metadata[key] != nil {
      metadata[key] = value
    }
    for entry in model.architecture.config.entries {
      if case .blocks(_, let drafts) = entry { metadata[prefix + drafts] = nil }
    }
  }

  /// llama-quantize moves the two keys that it sets to the end; its converter does not.
  private static func finish(_ metadata: Metadata, _ preset: Preset, source: [Metadata.Entry])
    -> Metadata
  {
    var metadata = metadata
    if !preset.isPlain {
      let fileType = preset.fileType.map(MetadataValue.uint32) ?? metadata["general.file_type"]
      for key in ["general.quantization_version", "general.file_type"] { metadata[key] = nil }
      metadata["general.quantization_version"] = .uint32(quantizationVersion)
      metadata["general.file_type"] = fileType
    }
    for (key, value) in source { metadata[key] = value }
    return metadata
  }

  /// generation_config.json's sampling, under gguf-py's keys.
  private static func sampling(_ checkpoint: Checkpoint) throws(FormatError) -> [Metadata.Entry] {
    guard let config = try checkpoint.json(of: .generationConfig) else { return [] }
    let floats = [
      ("top_p", "top_p"), ("min_p", "min_p"), ("temperature", "temp"),
      ("repetition_penalty", "penalty_repeat"),
    ]
    var entries: [Metadata.Entry] = []
    if let topK = config.present("top_k")?.int.flatMap(Int32.init(exactly:)) {
      entries.append(("general.sampling.top_k", .int32(topK)))
    }
    for (key, name) in floats {
      if let value = config.present(key)?.double {
        entries.append(("general.sampling." + name, .float32(Float(value))))
      }
    }
    return entries
  }
}
