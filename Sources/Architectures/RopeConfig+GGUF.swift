import Containers
import Foundation

extension RopeConfig {
  static let ggufKeys: Set<String> = [
    "rope.freq_base", "rope.freq_base_swa", "rope.scaling.type", "rope.scaling.factor",
    "rope.scaling.original_context_length", "rope.scaling.attn_factor",
    "rope.scaling.yarn_attn_factor", "rope.scaling.yarn_beta_fast",
    "rope.scaling.yarn_beta_slow",
  ]

  /// Tensors of divisors are how a GGUF states Llama 3's scaling and LongRoPE.
  init(
    _ source: GGUFNumbers, _ parameters: HyperParameters,
    absent: (base: Float, slidingBase: Float), truncates: Bool
  ) throws(FormatError) {
    let prefix = source.prefix
    func number(_ key: String, absent: Float? = nil) throws(FormatError) -> Float {
      try ConfigTable.float(
        source.value(key)?.double.map(Float.init) ?? absent, key: prefix + key, file: source.file)
    }
    // What GGUF has no words for.
    let own = source.remembered.flatMap {
      try? RopeConfig(
        huggingFace: $0, parameters, file: ConfigTable.sourceKey, absent: absent)
    }
    base = try number("rope.freq_base", absent: own?.base ?? absent.base)
    slidingBase = try number("rope.freq_base_swa", absent: absent.slidingBase)
    if let own, case .dynamic = own.scaling {
      scaling = own.scaling
      return
    }
    let divisors = source.evidence.ropeDivisors
    let kind = source.value("rope.scaling.type")?.string
    if let long = source.evidence.longFactors, let short = source.evidence.shortFactors {
      // Not every family's file states the two numbers beside the factors.
      var known = RopeScaling.LongRope(
        short: short, long: long, originalContext: parameters.contextLength, attentionFactor: 1)
      if let own, case .longRope(let recipe) = own.scaling,
        recipe.short == short, recipe.long == long
      {
        known = recipe
      }
      if source.value("rope.scaling.original_context_length") != nil {
        known.originalContext = try RopeConfig.originalContext(source)
      }
      known.attentionFactor = try number("rope.scaling.attn_factor", absent: known.attentionFactor)
      scaling = .longRope(known)
      return
    }
    switch (kind, divisors) {
    case (nil, nil), ("none", nil): scaling = .none
    case (nil, let divisors?), ("none", let divisors?):
      scaling = .recognize(divisors, base: base, headDimension: parameters.rotatedLength)
    case ("linear", nil): scaling = .linear(factor: try number("rope.scaling.factor"))
    case ("yarn", nil):
      var yarn = RopeScaling.Yarn(
        factor: try number("rope.scaling.factor"),
        originalContext: try RopeConfig.originalContext(source))
      if source.value("rope.scaling.yarn_beta_fast") != nil {
        yarn.betaFast = try number("rope.scaling.yarn_beta_fast")
      }
      if source.value("rope.scaling.yarn_beta_slow") != nil {
        yarn.betaSlow = try number("rope.scaling.yarn_beta_slow")
      }
      yarn.truncate = truncates
      if source.value("rope.scaling.yarn_attn_factor") != nil {
        yarn.attentionFactor = try number("rope.scaling.yarn_attn_factor")
      }
      // Numbers without a key, where the remembered recipe is this one.
      if let own, case .yarn(let recipe) = own.scaling, recipe.factor == yarn.factor {
        yarn.mscale = recipe.mscale
        yarn.mscaleAllDim = recipe.mscaleAllDim
        yarn.truncate = recipe.truncate
      }
      scaling = .yarn(yarn)
    case (let kind?, _):
      throw FormatError(
        .unknown, "a way of scaling rope that this family's description does not cover",
        file: source.file, subject: prefix + "rope.scaling.type",
        expected: "none, linear or yarn without a tensor of divisors, or longrope with two",
        found: kind + (divisors == nil ? "" : " with a tensor of divisors"))
    }
  }

  private static func originalContext(_ source: GGUFNumbers) throws(FormatError) -> Int {
    let key = "rope.scaling.original_context_length"
    return try ConfigTable.integer(
      source.value(key)?.int, nil, key: source.prefix + key, file: source.file)
  }

  func gguf(_ part: ConfigEntry.RopePart, prefix: String) -> [Metadata.Entry] {
    let prefix = prefix + "rope."
    switch (part, scaling) {
    case (.base, _): return [(prefix + "freq_base", .float32(base))]
    case (.slidingBase, _):
      return slidingBase > 0 ? [(prefix + "freq_base_swa", .float32(slidingBase))] : []
    case (.scaling, .linear(let factor)):
      return [
        (prefix + "scaling.type", .text("linear")), (prefix + "scaling.factor", .float32(factor)),
      ]
    case (.scaling, .yarn(let yarn)):
      var entries: [Metadata.Entry] = [
        (prefix + "scaling.type", .text("yarn")),
        (prefix + "scaling.factor", .float32(yarn.factor)),
        (
          prefix + "scaling.original_context_length",
          .uint32(UInt32(clamping: yarn.originalContext))
        ),
      ]
      if let factor = yarn.attentionFactor {
        entries.append((prefix + "scaling.yarn_attn_factor", .float32(factor)))
      }
      if let beta = yarn.betaFast {
        entries.append((prefix + "scaling.yarn_beta_fast", .float32(beta)))
      }
      if let beta = yarn.betaSlow {
        entries.append((prefix + "scaling.yarn_beta_slow", .float32(beta)))
      }
      return entries
    case (.scaling, .longRope): return [(prefix + "scaling.type", .text("longrope"))]
    case (.originalContext, .longRope(let recipe)):
      return [
        (
          prefix + "scaling.original_context_length",
          .uint32(UInt32(clamping: recipe.originalContext))
        )
      ]
    case (.attentionFactor, .longRope(let recipe)):
      return [(prefix + "scaling.attn_factor", .float32(recipe.attentionFactor))]
    case (.unscaled, .none): return [(prefix + "scaling.type", .text("none"))]
    case (.logMultiplier, .yarn(let yarn)):
      guard let mscale = yarn.mscaleAllDim else { return [] }
      let multiplier = Float(0.1 * ConfigTable.decimal(mscale))
      return [(prefix + "scaling.yarn_log_multiplier", .float32(multiplier))]
    case (.scaling, _), (.originalContext, _), (.attentionFactor, _), (.unscaled, _),
      (.logMultiplier, _):
      return []
    }
  }

  static let logMultiplierKey = "rope.scaling.yarn_log_multiplier"

  /// DeepSeek's `mscale_all_dim`, of which a GGUF states a tenth. It has no key for `mscale`, which is
  /// the same number in every published model, and what llama.cpp takes.
  mutating func takeLogMultiplier(_ source: GGUFNumbers) throws(FormatError) {
    guard case .yarn(var yarn) = scaling, let stated = source.value(Self.logMultiplierKey)?.double
    else {
      return
    }
    let multiplier = try ConfigTable.float(
      Float(stated), key: source.prefix + Self.logMultiplierKey, file: source.file)
    let mscale = Float(10 * ConfigTable.decimal(multiplier))
    if yarn.mscaleAllDim != mscale { yarn.mscale = mscale }
    yarn.mscaleAllDim = mscale
    scaling = .yarn(yarn)
  }
}

extension RopeScaling.LongRope {
  /// What cosines and sines are multiplied by where a config does not say.
  static func attentionFactor(factor: Double, originalContext: Int) -> Float {
    factor <= 1 ? 1 : Float((1 + log(factor) / log(Double(originalContext))).squareRoot())
  }
}
