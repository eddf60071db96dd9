import Architectures
import Checkpoints
import Containers
import Quantization
import Tokenizers

/// From any model to the plan of a GGUF.
public struct GGUFConversion: Sendable {
  /// Weights the encoders.
  public let importance: ImportanceMatrix?
  /// Whether keys of ours remember the source (`SourceKeys`).
  public let carriesSource: Bool

  public init(importance: ImportanceMatrix? = nil, carriesSource: Bool) {
    self.importance = importance
    self.carriesSource = carriesSource
  }

  /// The plan of a GGUF of `model` with the types of `recipe`, which was made for it.
  public func plan(_ model: Model, _ recipe: Recipe) throws(FormatError) -> ConversionPlan {
    let checkpoint = model.checkpoint
    let preset = recipe.preset
    var problems: [Problem] = []
    var metadata: Metadata
    if model.convention == .gguf {
      metadata = GGUFMetadata.rebuild(checkpoint.tensors.metadata, preset)
      problems += lossy(model, recipe)
    } else {
      let vocabulary = try vocabulary(model, &problems)
      var entries = vocabulary?.entries ?? []
      var source: [Metadata.Entry] = []
      if carriesSource {
        if vocabulary?.isExact == false { entries += [vocabulary?.regexEntry].compactMap(\.self) }
        source = try [vocabulary?.sourceEntry].compactMap(\.self) + SourceKeys.entries(for: model)
      }
      metadata = try GGUFMetadata.build(
        model, preset, name: checkpoint.directoryName, vocabulary: entries, source: source)
    }
    for (key, value) in importance?.metadata ?? [] { metadata[key] = value }
    return try .gguf(
      model, recipe, importance: importance, metadata: metadata, problems: problems)
  }

  /// Weights that were quantized before carry that loss into every later type.
  private func lossy(_ model: Model, _ recipe: Recipe) -> [Problem] {
    let changed = zip(model.slots, recipe.types).filter {
      $0.info.dtype.isQuantized && $0.info.dtype != $1
    }
    let types = Set(changed.map(\.0.info.dtype.name)).sorted()
    guard !types.isEmpty else { return [] }
    return [
      Problem(
        .warning, "lossy-source", subject: model.checkpoint.path,
        "\(changed.count) of its tensors are quantized already (\(types.joined(separator: ", "))): "
          + "their loss stays, and adds up",
        remedy: "Quantize from the original 16-bit weights where you can.")
    ]
  }

  /// The tokenizer; none, with a warning, where there is no tokenizer.json.
  private func vocabulary(_ model: Model, _ problems: inout [Problem]) throws(FormatError)
    -> GGUFVocabulary?
  {
    let checkpoint = model.checkpoint
    guard let bytes = try checkpoint.bytes(of: .tokenizer) else {
      problems.append(
        Problem(
          .warning, "missing-tokenizer", subject: Checkpoint.Companion.tokenizer.rawValue,
          "there is no tokenizer beside the weights: runtimes will not be able to read text",
          remedy: "Download tokenizer.json, and convert again."))
      return nil
    }
    let vocabulary = try GGUFVocabulary(
      huggingFace: bytes, file: checkpoint.path(of: .tokenizer),
      config: try checkpoint.json(of: .tokenizerConfig), modelConfig: checkpoint.config,
      chatTemplate: try checkpoint.bytes(of: .chatTemplate).map { ByteString($0) })
    problems += vocabulary.notes.map {
      Problem(vocabulary.isExact ? .note : .warning, "tokenizer-note", subject: "tokenizer", $0)
    }
    return vocabulary
  }
}
