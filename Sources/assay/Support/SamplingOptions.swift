import Architectures
import ArgumentParser
import Containers
import Conversion
import Generation
import Tokenizers

/// How tokens are chosen. What is not given is as the model's generation_config.json says.
struct SamplingOptions: ParsableArguments {
  @Option(
    name: [.customShort("n"), .long], parsing: .unconditional,
    help: "At most this many new tokens.")
  var maxTokens: Int?
  @Option(parsing: .unconditional, help: "0 takes the likeliest token; higher is freer.")
  var temperature: Float?
  @Option(parsing: .unconditional, help: "Choose among this many of the likeliest; 0 is all.")
  var topK: Int?
  @Option(
    parsing: .unconditional, help: "Choose among the likeliest that reach this share; 1 is all.")
  var topP: Float?
  @Option(
    parsing: .unconditional,
    help: "Choose among those at least this share as likely as the likeliest.")
  var minP: Float?
  @Option(
    parsing: .unconditional, help: "Above 1, what has occurred becomes less likely.")
  var repetitionPenalty: Float?
  @Option(parsing: .unconditional, help: "The same seed gives the same text.") var seed: UInt64 = 0
  @Option(
    parsing: .unconditionalSingleValue, help: "End where this text would come; repeatable.")
  var stop: [String] = []
  @Option(
    parsing: .unconditional, help: "Room for tokens (default: the model's context, at most 4096).")
  var context: Int?

  func validate() throws {
    if let maxTokens, maxTokens < 1 { throw ValidationError("--max-tokens must be at least 1.") }
    if let context, context < 2 { throw ValidationError("--context must be at least 2.") }
    if let topK, topK < 0 { throw ValidationError("--top-k must be 0 or more.") }
    if let temperature, !(temperature >= 0 && temperature.isFinite) {
      throw ValidationError("--temperature must be 0 or more.")
    }
    for (name, share) in [("top-p", topP), ("min-p", minP)] {
      if let share, !(0...1).contains(share) {
        throw ValidationError("--\(name) is a share from 0 to 1.")
      }
    }
    if let repetitionPenalty, !(repetitionPenalty > 0 && repetitionPenalty.isFinite) {
      throw ValidationError("--repetition-penalty must be above 0; 1 is none.")
    }
  }

  func sampling(_ defaults: GenerationDefaults) -> Sampling {
    var sampling = defaults.sampling
    sampling.seed = seed
    if let temperature { sampling.temperature = temperature }
    if let topK { sampling.topK = topK }
    if let topP { sampling.topP = topP }
    if let minP { sampling.minP = minP }
    if let repetitionPenalty { sampling.repetitionPenalty = repetitionPenalty }
    return sampling
  }

  func room(_ model: Model) -> Int {
    if let context, context > model.parameters.contextLength {
      Console.note(
        "note: --context \(context) is beyond the \(model.parameters.contextLength) that the model "
          + "was made for")
    }
    return context ?? max(2, min(4096, model.parameters.contextLength))
  }
}

/// What a model's own files say about generating with it.
struct GenerationDefaults {
  private(set) var sampling = Sampling()
  /// Tokens after which the model is done.
  private(set) var endTokens: Set<Int> = []

  init(_ model: Model, _ tokenizer: Tokenizer?) throws(FormatError) {
    let metadata = model.checkpoint.tensors.metadata
    if let carried = metadata[SourceKeys.generationConfig]?.bytes {
      read(try JSON(carried.bytes, file: SourceKeys.generationConfig))
    } else if let config = try model.checkpoint.json(of: .generationConfig) {
      read(config)
    } else {
      read(metadata)
    }
    // Without one of the kind, the model's own configuration says it.
    if endTokens.isEmpty, let eos = model.checkpoint.config?.present("eos_token_id") {
      endTokens.formUnion(([eos] + eos.elements).compactMap(\.int))
    }
    if let eos = tokenizer?.eos { endTokens.insert(eos) }
    for name in ["eos", "eot", "eom"] {
      if let id = metadata["tokenizer.ggml.\(name)_token_id"]?.int { endTokens.insert(id) }
    }
  }

  private mutating func read(_ config: JSON) {
    if let eos = config.present("eos_token_id") {
      endTokens.formUnion(([eos] + eos.elements).compactMap(\.int))
    }
    // transformers samples only where it is told to.
    guard config.present("do_sample")?.bool == true else { return }
    sampling.temperature = 1
    set(\.temperature, config.present("temperature")?.double)
    set(\.topP, config.present("top_p")?.double)
    set(\.minP, config.present("min_p")?.double)
    set(\.repetitionPenalty, config.present("repetition_penalty")?.double)
    sampling.topK = config.present("top_k")?.int ?? 50
  }

  /// The keys of gguf-py.
  private mutating func read(_ metadata: Metadata) {
    set(\.temperature, metadata["general.sampling.temp"]?.double)
    set(\.topP, metadata["general.sampling.top_p"]?.double)
    set(\.minP, metadata["general.sampling.min_p"]?.double)
    set(\.repetitionPenalty, metadata["general.sampling.penalty_repeat"]?.double)
    if let topK = metadata["general.sampling.top_k"]?.int { sampling.topK = max(0, topK) }
  }

  private mutating func set(_ field: WritableKeyPath<Sampling, Float>, _ value: Double?) {
    if let value, value.isFinite, value >= 0 { sampling[keyPath: field] = Float(value) }
  }
}
