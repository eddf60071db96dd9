import Architectures
import Checkpoints
import Containers
import Tensors

/// GGUF keys of ours that remember what a GGUF cannot say otherwise: the source's configuration
/// and types. Runtimes ignore them; with them the way back is exact.
public enum SourceKeys {
  static let config = ConfigTable.sourceKey
  public static let generationConfig = "assay.source.generation_config"
  static let tokenizerConfig = "assay.source.tokenizer_config"
  static let dtypes = "assay.source.dtypes"
  /// Which of a family's layouts the source had, where it is not the usual one.
  static let layout = "assay.source.layout"
  /// Before a tensor's name: its bytes, where its values in the GGUF do not give them back.
  static let bytes = "assay.source.bytes."

  /// The small files that are carried along, with their keys.
  static let companions: [(companion: Checkpoint.Companion, key: String)] = [
    (.config, config),
    (.generationConfig, generationConfig),
    (.tokenizerConfig, tokenizerConfig),
  ]

  /// The entries for a checkpoint that comes from Hugging Face files; the tokenizer's are its own.
  public static func entries(for model: Model) throws(FormatError) -> [Metadata.Entry] {
    var entries: [Metadata.Entry] = []
    for (companion, key) in companions {
      if let bytes = try model.checkpoint.bytes(of: companion) {
        entries.append((key, .string(ByteString(bytes))))
      }
    }
    entries.append((dtypes, .text(SourceTypes(model).json.serialized())))
    if model.layout > 0 { entries.append((layout, .uint32(UInt32(model.layout)))) }
    return try entries + MappedValues.entries(for: model)
  }
}

/// The types of a source's tensors: one for nearly all, and the exceptions by their HF names. What
/// safetensors has no type for is packed, and known by the layout.
struct SourceTypes {
  private let usual: DType?
  private let exceptions: [String: DType]

  init(_ model: Model) {
    let slots = model.slots.filter { $0.info.dtype.facts.safetensorsCode != nil }
    let counts = Dictionary(grouping: slots, by: \.info.dtype).mapValues(\.count)
    let usual = counts.heaviest
    self.usual = usual
    exceptions = Dictionary(
      uniqueKeysWithValues: slots.filter { $0.info.dtype != usual }.map {
        ($0.info.name, $0.info.dtype)
      })
  }

  /// Nil where the metadata does not hold them.
  init?(_ metadata: Metadata) {
    guard let text = metadata[SourceKeys.dtypes]?.bytes,
      let json = try? JSON(text.bytes, file: SourceKeys.dtypes), json.kind == .object
    else { return nil }
    var exceptions: [String: DType] = [:]
    for (name, type) in json.members {
      guard let type = type.string.flatMap(DType.init(safetensorsCode:)) else { return nil }
      exceptions[String(decoding: name, as: UTF8.self)] = type
    }
    usual = exceptions.removeValue(forKey: "*")
    self.exceptions = exceptions
  }

  subscript(name: String) -> DType? { exceptions[name] ?? usual }

  var json: JSONValue {
    .object(
      [.init(key: "*", value: .optional(usual?.facts.safetensorsCode))]
        + exceptions.sorted { $0.key < $1.key }.map {
          .init(key: $0.key, value: .optional($0.value.facts.safetensorsCode))
        })
  }
}
