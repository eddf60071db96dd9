import Containers

/// Rope's base and scaling, in the layouts in which files state them: `rope_theta` with
/// `rope_scaling` (transformers 4), `rope_parameters` (transformers 5, there also one for each kind
/// of layer), GGUF keys.
struct RopeConfig {
  static let keys: Set<String> = [
    "rope_theta", "rope_scaling", "rope_parameters", "rope_local_base_freq",
  ]

  var base: Float
  var slidingBase: Float
  var scaling: RopeScaling
  /// Members that `RopeSections` adds to the recipe, where the family has any.
  private var sections: [JSONValue.Member] = []

  init(_ parameters: HyperParameters) {
    base = parameters.ropeFreqBase
    slidingBase = parameters.ropeFreqBaseSliding
    scaling = parameters.ropeScaling
    if !parameters.ropeSections.isEmpty {
      sections = RopeSections.huggingFace(
        parameters.ropeSections, areInterleaved: parameters.interleavesRopeSections)
    }
  }

  func apply(to parameters: inout HyperParameters) {
    parameters.ropeFreqBase = base
    parameters.ropeFreqBaseSliding = slidingBase
    parameters.ropeScaling = scaling
  }

  /// `absent` is what holds where no base is stated.
  init(
    huggingFace config: JSON, _ parameters: HyperParameters, file: String,
    absent: (base: Float, slidingBase: Float) = (10_000, 0)
  ) throws(FormatError) {
    try RopeConfig.refuseContradictions(in: config, file: file)
    let stated = config.present("rope_parameters") ?? config.present("rope_scaling")
    let recipe = stated?.present("full_attention") ?? stated
    let sliding = stated?.present("sliding_attention")
    let theta =
      recipe?.present("rope_theta") ?? config.present("rope_theta")
      ?? config.present("rotary_emb_base")
    base = try ConfigTable.float(
      theta?.double.map(Float.init) ?? absent.base, key: "rope_theta", file: file)
    let local = sliding?.present("rope_theta") ?? config.present("rope_local_base_freq")
    slidingBase = try ConfigTable.float(
      local?.double.map(Float.init) ?? absent.slidingBase, key: "rope_local_base_freq", file: file)
    // 0 says that layers agree: keep one form of it.
    if let kind = sliding?.present("rope_type")?.string, kind != "default" {
      throw FormatError(
        .unknown, "rope is scaled in layers with a window, which nothing here describes",
        file: file, subject: "rope_parameters", found: kind)
    }
    guard let recipe else {
      scaling = .none
      return
    }
    let reader = RopeRecipe(recipe: recipe, config: config, parameters: parameters, file: file)
    scaling = try reader.scaling()
  }

  /// The transformers 4 layout, which transformers 5 reads as well.
  var huggingFace: [JSONValue.Member] {
    var members: [JSONValue.Member] = [
      .init(key: "rope_theta", value: .double(ConfigTable.decimal(base))),
      .init(key: "rope_scaling", value: RopeRecipe.json(scaling)),
    ]
    if !sections.isEmpty {
      var recipe = RopeRecipe.json(scaling)
      if case .null = recipe { recipe = ["rope_type": "default"] }
      for member in sections { recipe[member.key] = member.value }
      members[1] = .init(key: "rope_scaling", value: recipe)
    }
    if slidingBase > 0 {
      members.append(
        .init(key: "rope_local_base_freq", value: .double(ConfigTable.decimal(slidingBase))))
    }
    return members
  }
}

/// `rope_scaling`, one recipe of it.
struct RopeRecipe {
  let recipe: JSON
  /// The whole config, which states some numbers beside the recipe.
  let config: JSON
  let parameters: HyperParameters
  let file: String

  private func number(_ key: String) throws(FormatError) -> Float {
    try ConfigTable.float(
      recipe.present(key)?.double.map(Float.init), key: "rope scaling's \(key)", file: file)
  }

  private func optional(_ key: String) throws(FormatError) -> Float? {
    recipe.present(key) == nil ? nil : try number(key)
  }

  private func numbers(_ key: String) throws(FormatError) -> [Float] {
    let values = recipe.present(key)?.elements.compactMap(\.double).map(Float.init) ?? []
    let pairs = parameters.rotatedLength / 2
    guard values.count == pairs, values.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw FormatError(
        .damaged, "are not as many factors as rope rotates pairs", file: file, subject: key,
        expected: "\(pairs) positive numbers", found: "\(values.count)")
    }
    return values
  }

  private func originalContext() throws(FormatError) -> Int {
    let key = "original_max_position_embeddings"
    let found = config.present(key) ?? recipe.present(key)
    return try ConfigTable.integer(
      found?.int, found?.numberText, key: key, file: file)
  }

  func scaling() throws(FormatError) -> RopeScaling {
    let kind = (recipe.present("rope_type") ?? recipe.present("type"))?.string ?? "default"
    let result: RopeScaling
    var known: Set<String> = [
      "rope_type", "type", "rope_theta", "partial_rotary_factor",
      "original_max_position_embeddings",
    ]
    let hasSections = !parameters.ropeSections.isEmpty
    if hasSections { known.formUnion(["mrope_section", "mrope_interleaved"]) }
    switch kind {
    case "default": result = .none
    // What "default" was called beside sections.
    case "mrope" where hasSections: result = .none
    case "linear":
      result = .linear(factor: try number("factor"))
      known.insert("factor")
    case "dynamic":
      result = .dynamic(factor: try number("factor"), context: parameters.contextLength)
      known.insert("factor")
    case "llama3":
      result = .llama3(
        factor: try number("factor"), lowFreqFactor: try number("low_freq_factor"),
        highFreqFactor: try number("high_freq_factor"), originalContext: try originalContext())
      known.formUnion(["factor", "low_freq_factor", "high_freq_factor"])
    case "yarn":
      result = .yarn(try yarn())
      known.formUnion([
        "factor", "beta_fast", "beta_slow", "attention_factor", "mscale", "mscale_all_dim",
        "truncate",
      ])
    case "longrope", "su":
      result = .longRope(try longRope())
      known.formUnion(["short_factor", "long_factor", "factor", "attention_factor"])
    default:
      throw FormatError(
        .unknown, "a way of scaling rope that this family's description does not cover",
        file: file, subject: "rope_type",
        expected: "default, linear, dynamic, llama3, yarn or longrope", found: kind)
    }
    for (key, value) in recipe.members where !value.isNull {
      let key = String(decoding: key, as: UTF8.self)
      if !known.contains(key) {
        throw FormatError(
          .unknown, "a parameter of rope scaling that nothing here reads", file: file,
          subject: key, found: JSONValue(value).serialized())
      }
    }
    return result
  }

  private func yarn() throws(FormatError) -> RopeScaling.Yarn {
    let context = try originalContext()
    let ratio = Float(parameters.contextLength) / Float(context)
    var yarn = RopeScaling.Yarn(factor: try optional("factor") ?? ratio, originalContext: context)
    yarn.betaFast = try optional("beta_fast")
    yarn.betaSlow = try optional("beta_slow")
    yarn.attentionFactor = try optional("attention_factor")
    yarn.mscale = try optional("mscale")
    yarn.mscaleAllDim = try optional("mscale_all_dim")
    yarn.truncate = recipe.present("truncate")?.bool ?? true
    return yarn
  }

  private func longRope() throws(FormatError) -> RopeScaling.LongRope {
    let context = try originalContext()
    // In double, as Python computes it.
    let factor =
      recipe.present("factor")?.double ?? Double(parameters.contextLength) / Double(context)
    return RopeScaling.LongRope(
      short: try numbers("short_factor"), long: try numbers("long_factor"),
      originalContext: context,
      attentionFactor: try optional("attention_factor")
        ?? RopeScaling.LongRope.attentionFactor(factor: factor, originalContext: context))
  }

  static func json(_ scaling: RopeScaling) -> JSONValue {
    func decimal(_ value: Float) -> JSONValue { .double(ConfigTable.decimal(value)) }
    switch scaling {
    case .none, .factors, .steps: return .null
    case .linear(let factor): return ["rope_type": "linear", "factor": decimal(factor)]
    case .dynamic(let factor, _): return ["rope_type": "dynamic", "factor": decimal(factor)]
    case .llama3(let factor, let low, let high, let context):
      return [
        "rope_type": "llama3", "factor": decimal(factor), "low_freq_factor": decimal(low),
        "high_freq_factor": decimal(high), "original_max_position_embeddings": .int(context),
      ]
    case .yarn(let yarn):
      var json: JSONValue = [
        "rope_type": "yarn", "factor": decimal(yarn.factor),
        "original_max_position_embeddings": .int(yarn.originalContext),
      ]
      if let beta = yarn.betaFast { json["beta_fast"] = decimal(beta) }
      if let beta = yarn.betaSlow { json["beta_slow"] = decimal(beta) }
      if let factor = yarn.attentionFactor { json["attention_factor"] = decimal(factor) }
      if let mscale = yarn.mscale { json["mscale"] = decimal(mscale) }
      if let mscale = yarn.mscaleAllDim { json["mscale_all_dim"] = decimal(mscale) }
      if !yarn.truncate { json["truncate"] = false }
      return json
    case .longRope(let recipe):
      return [
        "rope_type": "longrope", "short_factor": .array(recipe.short.map(decimal)),
        "long_factor": .array(recipe.long.map(decimal)),
        "original_max_position_embeddings": .int(recipe.originalContext),
        "attention_factor": decimal(recipe.attentionFactor),
      ]
    }
  }
}
