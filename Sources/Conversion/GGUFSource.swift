import Architectures
import Checkpoints
import Containers
import Quantization
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
      problems = GGUFSource.lossy(model)
      return
    }
    let vocabulary = try GGUFSource.vocabulary(model, &problems)
    var entries = vocabulary?.entries ?? []
    var own: [Metadata.Entry] = []
    if carriesSource {
      if vocabulary?.isExact == false { entries += [vocabulary?.regexEntry].compactMap(\.self) }
      own = try [vocabulary?.sourceEntry].compactMap(\.self) + SourceKeys.entries(for: model)
    }
    let origin = try Origin(model)
    problems += origin.problems
    read = (entries, origin, own)
    tokenizer = vocabulary?.tokenizer
  }

  public func plan(_ preset: Preset) throws(FormatError) -> ConversionPlan {
    let metadata =
      if let read {
        try GGUFMetadata.build(
          model, preset, origin: read.origin, vocabulary: read.vocabulary, source: read.own)
      } else {
        GGUFMetadata.rebuild(model.checkpoint.tensors.metadata, preset)
      }
    return try .gguf(model, Recipe(preset, for: model), metadata: metadata, problems: problems)
  }

  /// Weights that were quantized before carry that loss into every later type.
  private static func lossy(_ model: Model) -> [Problem] {
    let types = Set(model.slots.map(\.info.dtype).filter(\.isQuantized)).map(\.name).sorted()
    guard !types.isEmpty else { return [] }
    return [
      Problem(
        .warning, "lossy-source", subject: model.checkpoint.path,
        "is quantized already (\(types.joined(separator: ", "))): its loss stays, and adds up",
        remedy: "Quantize from the original 16-bit weights where you can.")
    ]
  }

  /// The tokenizer; none, with a warning, where there is no tokenizer.json.
  private static func vocabulary(_ model: Model, _ problems: inout [Problem])
    throws(FormatError) -> GGUFVocabulary?
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
