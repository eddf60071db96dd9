import Architectures
import Checkpoints
import Containers
import Tensors
import Tokenizers

/// config.json, the tokenizer's files and the chat template for a directory of safetensors.
struct HuggingFaceFiles {
  private(set) var files: [ConversionPlan.Companion] = []
  private(set) var problems: [Problem] = []

  init(_ model: Model, type: DType?) throws(FormatError) {
    add(.config, try config(model, type: type).bytes)
    if model.convention == .huggingFace {
      for companion in Checkpoint.Companion.allCases where companion != .config {
        if let bytes = try model.checkpoint.bytes(of: companion) { add(companion, bytes) }
      }
      return
    }
    let metadata = model.checkpoint.tensors.metadata
    for (companion, key) in SourceKeys.companions where companion != .config {
      if let text = metadata[key]?.bytes { add(companion, text.bytes) }
    }
    if let text = metadata[GGUFVocabulary.sourceKey]?.bytes,
      metadata[GGUFVocabulary.rankKey] == nil
    {
      add(.tokenizer, text.bytes)
    } else if metadata["tokenizer.ggml.model"] != nil {
      let vocabulary = try GGUFVocabulary(gguf: metadata)
      let ranks = try vocabulary.rankFile(of: .qwen)
      if let ranks {
        add(.ranks, ranks)
      } else {
        add(.tokenizer, try vocabulary.tokenizerJSON())
      }
      if metadata[SourceKeys.tokenizerConfig] == nil {
        let config = vocabulary.tokenizerConfig(of: ranks == nil ? nil : .qwen)
        add(.tokenizerConfig, Array(config.serialized(pretty: true).utf8))
      }
    }
    if let template = metadata["tokenizer.chat_template"]?.bytes {
      add(.chatTemplate, template.bytes)
    }
  }

  private mutating func add(_ companion: Checkpoint.Companion, _ bytes: [UInt8]) {
    files.append(.init(name: companion.rawValue, bytes: bytes))
  }

  /// The remembered config where its numbers are still those of the file, else one that is written
  /// from the file's numbers.
  private mutating func config(_ model: Model, type: DType?) throws(FormatError) -> ByteString {
    let text = model.checkpoint.tensors.metadata[SourceKeys.config]?.bytes
    var source = model.checkpoint.config
    if source == nil, let text { source = try JSON(text.bytes, file: SourceKeys.config) }
    let known = source.flatMap { source -> JSON? in
      let read = try? model.architecture.config.read(
        huggingFace: source, file: SourceKeys.config, embeddingRows: nil)
      return read?.parameters.agree(with: model.parameters) == true ? source : nil
    }
    let isPacked = try model.writesPacked(type)
    let saysPacked =
      known?.present("quantization_config")?.present("quant_method")?.string == "mxfp4"
    if known != nil, type == nil, isPacked == saysPacked, let text { return text }
    var config =
      known.map(JSONValue.init)
      ?? model.architecture.config.huggingFace(model.parameters, model.architecture)
    if known == nil {
      if text != nil {
        problems.append(
          Problem(
            .warning, "stale-config", subject: SourceKeys.config,
            "contradicts the file's own numbers; config.json was written from those"))
      }
      addTokenIDs(model, &config)
      if case .factors(let divisors) = model.parameters.ropeScaling {
        problems.append(
          Problem(
            .warning, "rope-factors-lost", subject: "rope_freqs.weight",
            "its \(divisors.count) divisors follow no recipe that config.json can state (Llama 3's was "
              + "tried); they are left out, and rope_scaling says nothing",
            remedy: "The result differs from the source at long contexts: keep the GGUF, or state "
              + "the source's rope_scaling in config.json."))
      }
    }
    if isPacked != saysPacked {
      config["quantization_config"] = isPacked ? HuggingFaceFiles.packing : nil
    }
    if let name = (type ?? bulk(model)).flatMap(HuggingFaceFiles.torchName) {
      config[config["dtype"] == nil ? "torch_dtype" : "dtype"] = .string(name)
    }
    return ByteString(config.serialized(pretty: true) + "\n")
  }

  /// As OpenAI's checkpoints state it.
  private static let packing: JSONValue = [
    "quant_method": "mxfp4",
    "modules_to_not_convert": [
      "model.layers.*.self_attn", "model.layers.*.mlp.router", "model.embed_tokens", "lm_head",
    ],
  ]

  private func addTokenIDs(_ model: Model, _ config: inout JSONValue) {
    let metadata = model.checkpoint.tensors.metadata
    for (key, name) in [("bos", "bos"), ("eos", "eos"), ("padding", "pad")] {
      if let id = metadata["tokenizer.ggml.\(key)_token_id"]?.int {
        config["\(name)_token_id"] = .int(id)
      }
    }
  }

  /// The type of most matrices, as the output will have it.
  private func bulk(_ model: Model) -> DType? {
    // Packed weights do not say what the others are.
    let matrices = model.slots.filter {
      $0.info.shape.dimensions.count > 1 && $0.info.dtype != .mxfp4
    }
    let counts = Dictionary(grouping: matrices, by: \.info.dtype).mapValues(\.count)
    return counts.heaviest.map { $0.facts.safetensorsCode == nil ? .f32 : $0 }
  }

  private static func torchName(_ type: DType) -> String? {
    switch type {
    case .f32: "float32"
    case .f16: "float16"
    case .bf16: "bfloat16"
    default: nil
    }
  }
}
