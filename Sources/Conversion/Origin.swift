import Architectures
import Checkpoints
import Containers

/// Where a model comes from: name, author, licence, what it was made from. The model card says it,
/// else config.json's `_name_or_path`, else the directory's name.
/// Source of keys, their order and precedence: gguf-py, `metadata.py`.
struct Origin {
  private(set) var entries: [Metadata.Entry] = []
  private(set) var problems: [Problem] = []

  init(_ model: Model) throws(FormatError) {
    let checkpoint = model.checkpoint
    self.init(
      card: try checkpoint.modelCard(), id: checkpoint.config?.present("_name_or_path")?.string,
      directory: checkpoint.directoryName, size: ModelSize(model))
  }

  /// Each source is asked for what those before it do not say.
  init(card: ModelCard?, id: String?, directory: String, size: ModelSize) {
    let parameters = size.parameters
    // An id with more than one slash is a place on somebody's disk.
    let known = id.flatMap { id in id.count { $0 == "/" } <= 1 ? id : nil }
    var values = Dictionary(
      uniqueKeysWithValues: Origin.fields.compactMap { key, cardKeys in
        cardKeys.lazy.compactMap { card?[$0]?.text }.first.map { (key, $0) }
      })
    let guesses: [(key: String, KeyPath<ModelName, String?>)] = [
      ("name", \.optionalTitle), ("organization", \.organization), ("basename", \.basename),
      ("finetune", \.finetune), ("version", \.version), ("size_label", \.sizeLabel),
    ]
    for text in [known, directory] {
      guard let name = text.map({ ModelName($0, parameters: parameters) }) else { continue }
      for (key, part) in guesses { values[key] = values[key] ?? name[keyPath: part] }
    }
    values["size_label"] = values["size_label"] ?? size.label
    for (key, _) in Origin.fields { add(key, values[key]) }
    guard let card else { return }
    for (key, cardKeys) in Origin.sources { add(key, sourcesOf: card, cardKeys, parameters) }
    for (key, cardKeys) in Origin.lists {
      let texts: [String] = cardKeys.flatMap { key in card[key]?.texts ?? [] }
      if !texts.isEmpty {
        entries.append(
          ("general." + key, .array(.strings(ByteStrings(texts.map { ByteString($0) })))))
      }
    }
    report(card)
  }

  /// GGUF's key and the card's keys for it, the first of which wins.
  private static let fields: [(key: String, card: [String])] = [
    ("name", ["name", "model_name"]),
    ("author", ["author", "model_author", "model_creator"]),
    ("version", ["version", "model_version"]),
    ("organization", ["organization", "model_organization"]),
    ("finetune", ["finetune", "model_finetune"]),
    ("basename", ["basename", "model_basename", "model_type"]),
    ("description", ["description", "model_description"]),
    ("size_label", ["size_label", "model_size_label"]),
    ("license", ["license"]),
    ("license.name", ["license_name"]),
    ("license.link", ["license_link"]),
    ("source.url", ["url", "model_url"]),
    ("source.doi", ["doi", "model_doi"]),
    ("source.uuid", ["uuid", "model_uuid"]),
    ("source.repo_url", ["repo_url", "model_repo_url"]),
  ]
  /// Other models and data; of the card's keys only the first that is there is read.
  private static let sources: [(key: String, card: [String])] = [
    ("base_model", ["base_model", "base_models", "base_model_sources"]),
    ("dataset", ["datasets", "dataset", "dataset_sources"]),
  ]
  /// The card's keys are joined. Unlike llama.cpp's converter, `language: no` stays Norwegian.
  private static let lists: [(key: String, card: [String])] = [
    ("tags", ["tags", "pipeline_tag"]), ("languages", ["languages", "language"]),
  ]

  /// Nothing is said by an empty text.
  private mutating func add(_ key: String, _ text: String?) {
    if let text, !text.isEmpty { entries.append(("general." + key, .text(text))) }
  }

  private mutating func add(
    _ key: String, sourcesOf card: ModelCard, _ cardKeys: [String], _ parameters: Int
  ) {
    guard let value = cardKeys.lazy.compactMap({ card[$0] }).first else { return }
    let items =
      if case .list(let items) = value { items } else { value.texts.map(ModelCard.Value.text) }
    entries.append(("general.\(key).count", .uint32(UInt32(clamping: items.count))))
    for (index, item) in items.enumerated() {
      guard case .text(let id) = item else { continue }
      let isAddress = ["http://", "https://", "ssh://"].contains(where: id.hasPrefix)
      let hub = id.wholeMatch(of: /https?:\/\/huggingface.co\/([^\/]+\/[^\/]+)/)
      let name = (isAddress ? hub.map { String($0.1) } : id).map {
        ModelName($0, parameters: parameters)
      }
      add("\(key).\(index).name", name?.title)
      add("\(key).\(index).version", name?.version)
      add("\(key).\(index).organization", name?.organization)
      add("\(key).\(index).repo_url", isAddress ? id : name?.address)
    }
  }

  /// What the card says in a way that nothing here reads, where somebody would look for it.
  private mutating func report(_ card: ModelCard) {
    for key in (Origin.fields + Origin.sources + Origin.lists).flatMap(\.card) {
      guard let value = card[key], !value.isWhole else { continue }
      problems.append(
        Problem(
          .warning, "model-card-value", subject: "README.md: \(key)",
          "is no text or list of texts, the only values that are read of a model card",
          remedy: "The GGUF does not say it; the model itself is not affected."))
    }
    if let line = card.strangeLine {
      problems.append(
        Problem(
          .warning, "model-card-line", subject: "README.md",
          "its front matter has a line that is no `key: value`: \(line.prefix(60))",
          remedy: "The GGUF may lack what it says; the model itself is not affected."))
    }
  }
}

extension ModelName {
  fileprivate var optionalTitle: String? { title }
}

/// How large a model is, and how its name would say it.
struct ModelSize {
  let parameters: Int
  let label: String

  init(parameters: Int) {
    self.parameters = parameters
    label = ModelName.sizeLabel(parameters: parameters)
  }

  /// A mixture's label is that of a model with one expert, times their number: `8x7B`.
  /// Source: gguf-py, `size_label` in `utility.py`.
  init(_ model: Model) {
    var (parameters, single) = (0, 0)
    for tensor in model.ggufTensors {
      let count = tensor.shape.elementCount ?? 0
      // llama.cpp counts experts' biases as if all experts shared them.
      let isOfExperts = tensor.name.contains("_exps.") && tensor.shape.dimensions.count >= 3
      parameters += count
      single += isOfExperts ? count / max(1, tensor.slices) : count
    }
    self.parameters = parameters
    let experts = model.parameters.expertCount
    label =
      experts > 0
      ? "\(experts)x" + ModelName.sizeLabel(parameters: single)
      : ModelName.sizeLabel(parameters: parameters)
  }
}
