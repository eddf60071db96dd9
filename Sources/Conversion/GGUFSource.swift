import Architectures
import Checkpoints
import Containers
import Quantization
import Tensors
import Tokenizers

/// A model with all that a GGUF of it says beside its tensors, read once: plans for several presets
/// differ in types only.
public struct GGUFSource: Sendable {
  /// The tokenizer, where one was read on the way: large ones take a tenth of a second.
  public let tokenizer: Tokenizer?
  private let model: Model
  /// The vocabulary's entries, those of its origin, and ours; nil where the model is a GGUF already.
  private let read: (vocabulary: [Metadata.Entry], origin: Origin, own: [Metadata.Entry])?
  private var problems: [Problem] = []

  /// `carriesSource` says whether keys of ours remember the source (`SourceKeys`).
  public init(_ model: Model, carriesSource: Bool) throws(FormatError) {
    self.model = model
    guard model.convention == .huggingFace else {
      (read, tokenizer) = (nil, nil)
      return
    }
    let vocabulary = try GGUFSource.vocabulary(model, &problems)
    var entries = vocabulary?.entries ?? []
    var own: [Metadata.Entry] = []
    if carriesSource {
      if vocabulary?.isExact == false { entries += [vocabulary?.regexEntry].compactMap(\.self) }
      own = try (vocabulary?.sourceEntries ?? []) + SourceKeys.entries(for: model)
    }
    let origin = try Origin(model)
    problems += origin.problems
    read = (entries, origin, own)
    tokenizer = vocabulary?.tokenizer
  }

  /// The plan of a GGUF with the types of `recipe`, which was made for this model. `importance`
  /// weights the encoders.
  public func plan(_ recipe: Recipe, importance: ImportanceMatrix? = nil) throws(FormatError)
    -> ConversionPlan
  {
    var metadata =
      if let read {
        try GGUFMetadata.build(
          model, recipe, origin: read.origin, vocabulary: read.vocabulary, source: read.own)
      } else {
        GGUFMetadata.rebuild(model, recipe.preset)
      }
    for (key, value) in importance?.metadata ?? [] { metadata[key] = value }
    return try .gguf(
      model, recipe, importance: importance, metadata: metadata, problems: problems + lossy(recipe))
  }

  /// Weights that were quantized before carry that loss into every later type.
  private func lossy(_ recipe: Recipe) -> [Problem] {
    let changed = zip(model.ggufTensors, recipe.types).compactMap { tensor, type -> DType? in
      let source = model.sourceType(of: tensor)
      return source.isQuantized && source != type ? source : nil
    }
    let types = Set(changed.map(\.name)).sorted()
    guard !types.isEmpty else { return [] }
    return [
      Problem(
        .warning, "lossy-source", subject: model.checkpoint.path,
        "\(changed.count) of its tensors are quantized already (\(types.joined(separator: ", "))): "
          + "their loss stays, and adds up",
        remedy: "Quantize from the original 16-bit weights where you can.")
    ]
  }

  /// The tokenizer; none, with a warning, where there is no file of one.
  private static func vocabulary(_ model: Model, _ problems: inout [Problem])
    throws(FormatError) -> GGUFVocabulary?
  {
    let checkpoint = model.checkpoint
    let config = try checkpoint.json(of: .tokenizerConfig)
    let template = try checkpoint.bytes(of: .chatTemplate).map { ByteString($0) }
    let vocabulary: GGUFVocabulary
    if let bytes = try checkpoint.bytes(of: .tokenizer) {
      vocabulary = try GGUFVocabulary(
        huggingFace: bytes, file: checkpoint.path(of: .tokenizer), config: config,
        modelConfig: checkpoint.config, chatTemplate: template)
    } else if let bytes = try checkpoint.bytes(of: .ranks) {
      vocabulary = try GGUFVocabulary(
        ranks: bytes, of: .qwen, file: checkpoint.path(of: .ranks), config: config,
        modelConfig: checkpoint.config, chatTemplate: template)
    } else {
      problems.append(
        Problem(
          .warning, "missing-tokenizer", subject: Checkpoint.Companion.tokenizer.rawValue,
          "there is no tokenizer beside the weights: runtimes will not be able to read text",
          remedy: "Download tokenizer.json, or qwen.tiktoken for the first Qwen, and convert again."
        ))
      return nil
    }
    problems += vocabulary.notes.map {
      Problem(vocabulary.isExact ? .note : .warning, "tokenizer-note", subject: "tokenizer", $0)
    }
    return vocabulary
  }
}
