import Containers

/// Rope's base and scaling, in the layouts in which files state them: `rope_theta` with
/// `rope_scaling` (transformers 4), `rope_parameters` (transformers 5), GGUF keys.
struct RopeConfig {
  static let keys: Set<String> = ["rope_theta", "rope_scaling", "rope_parameters"]

  var base: Float
  var scaling: RopeScaling

  init(_ parameters: HyperParameters) {
    base = parameters.ropeFreqBase
    scaling = parameters.ropeScaling
  }

  init(huggingFace config: JSON, file: String) throws(FormatError) {
    try RopeConfig.refuseContradictions(in: config, file: file)
    let recipe = config.present("rope_parameters") ?? config.present("rope_scaling")
    let theta = recipe?.present("rope_theta") ?? config.present("rope_theta")
    base = try ConfigTable.float(
      theta?.double.map(Float.init) ?? 10_000, key: "rope_theta", file: file)
    guard let recipe else {
      scaling = .none
      return
    }
    func number(_ key: String) throws(FormatError) -> Float {
      try ConfigTable.float(
        recipe.present(key)?.double.map(Float.init), key: "rope scaling's \(key)", file: file)
    }
    let kind = (recipe.present("rope_type") ?? recipe.present("type"))?.string ?? "default"
    let known: Set<String>
    switch kind {
    case "default":
      scaling = .none
      known = []
    case "linear":
      scaling = .linear(factor: try number("factor"))
      known = ["factor"]
    case "llama3":
      scaling = .llama3(
        factor: try number("factor"), lowFreqFactor: try number("low_freq_factor"),
        highFreqFactor: try number("high_freq_factor"),
        originalContext: try ConfigTable.integer(
          recipe.present("original_max_position_embeddings")?.int, nil,
          key: "original_max_position_embeddings", file: file))
      known = [
        "factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings",
      ]
    default:
      throw FormatError(
        .unknown, "a way of scaling rope that this family's description does not cover",
        file: file, subject: "rope_type", expected: "default, linear or llama3", found: kind)
    }
    for (key, value) in recipe.members where !value.isNull {
      let key = String(decoding: key, as: UTF8.self)
      if !known.union(["rope_type", "type", "rope_theta"]).contains(key) {
        throw FormatError(
          .unknown, "a parameter of rope scaling that nothing here reads", file: file,
          subject: key, found: JSONValue(value).serialized())
      }
    }
  }

  /// The transformers 4 layout, which transformers 5 reads as well.
  var huggingFace: [JSONValue.Member] {
    var recipe: JSONValue = .null
    switch scaling {
    case .none, .factors: break
    case .linear(let factor):
      recipe = ["rope_type": "linear", "factor": .double(ConfigTable.decimal(factor))]
    case .llama3(let factor, let low, let high, let context):
      recipe = [
        "rope_type": "llama3", "factor": .double(ConfigTable.decimal(factor)),
        "low_freq_factor": .double(ConfigTable.decimal(low)),
        "high_freq_factor": .double(ConfigTable.decimal(high)),
        "original_max_position_embeddings": .int(context),
      ]
    }
    return [
      .init(key: "rope_theta", value: .double(ConfigTable.decimal(base))),
      .init(key: "rope_scaling", value: recipe),
    ]
  }

  static let ggufKeys: Set<String> = [
    "rope.freq_base", "rope.scaling.type", "rope.scaling.factor",
  ]

  /// `divisors` are those of the `rope_freqs` tensor, which is how a GGUF states Llama 3's scaling.
  init(
    gguf metadata: Metadata, prefix: String, divisors: [Float]?, headDimension: Int, file: String
  ) throws(FormatError) {
    base = try ConfigTable.float(
      metadata[prefix + "rope.freq_base"]?.double.map(Float.init) ?? 10_000,
      key: prefix + "rope.freq_base", file: file)
    switch (metadata[prefix + "rope.scaling.type"]?.string, divisors) {
    case (nil, nil), ("none", nil): scaling = .none
    case (nil, let divisors?), ("none", let divisors?):
      scaling = .recognize(divisors, base: base, headDimension: headDimension)
    case ("linear", nil):
      scaling = .linear(
        factor: try ConfigTable.float(
          metadata[prefix + "rope.scaling.factor"]?.double.map(Float.init),
          key: prefix + "rope.scaling.factor", file: file))
    case (let kind?, _):
      throw FormatError(
        .unknown, "a way of scaling rope that this family's description does not cover",
        file: file, subject: prefix + "rope.scaling.type",
        expected: "none, or linear without a tensor of divisors",
        found: kind + (divisors == nil ? "" : " with a tensor of divisors"))
    }
  }

  func gguf(prefix: String) -> [Metadata.Entry] {
    var entries: [Metadata.Entry] = []
    if case .linear(let factor) = scaling {
      entries.append((prefix + "rope.scaling.type", .text("linear")))
      entries.append((prefix + "rope.scaling.factor", .float32(factor)))
    }
    entries.append((prefix + "rope.freq_base", .float32(base)))
    return entries
  }
}
