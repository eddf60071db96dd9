import Foundation

/// How rotary frequencies are stretched beyond the context that a model was first trained on.
public enum RopeScaling: Sendable, Equatable {
  case none
  /// All frequencies divided by one factor.
  case linear(factor: Float)
  /// Llama 3.1: long wavelengths divided by `factor`, short ones kept, a ramp between.
  case llama3(factor: Float, lowFreqFactor: Float, highFreqFactor: Float, originalContext: Int)
  /// Divisors as a GGUF gives them, where they match no published recipe.
  case factors([Float])
  /// A base that grows with the sequence beyond `context`.
  case dynamic(factor: Float, context: Int)
  case yarn(Yarn)
  case longRope(LongRope)
  /// The first Qwen's "dynamic NTK": a base that grows by a step with every doubling of `context`.
  case steps(context: Int)

  public struct Yarn: Sendable, Equatable {
    public var factor: Float
    public var originalContext: Int
    /// Rotations within the original context where the ramp begins and ends; nil is 32 and 1.
    public var betaFast: Float?
    public var betaSlow: Float?
    /// What cosines and sines are multiplied by; nil follows from the factor.
    public var attentionFactor: Float?
    public var mscale: Float?
    public var mscaleAllDim: Float?
    /// The ramp's ends are rounded to whole dimensions.
    public var truncate = true

    public init(factor: Float, originalContext: Int) {
      self.factor = factor
      self.originalContext = originalContext
    }
  }

  /// Divisors for short sequences and for those beyond the original context.
  public struct LongRope: Sendable, Equatable {
    public var short: [Float]
    public var long: [Float]
    public var originalContext: Int
    public var attentionFactor: Float

    public init(short: [Float], long: [Float], originalContext: Int, attentionFactor: Float) {
      self.short = short
      self.long = long
      self.originalContext = originalContext
      self.attentionFactor = attentionFactor
    }
  }

  /// Whether the frequencies depend on how long the sequence is: a full forward pass and one token
  /// by token then differ beyond the original context, in transformers too.
  public var dependsOnLength: Bool {
    switch self {
    case .dynamic, .longRope, .steps: true
    case .none, .linear, .llama3, .factors, .yarn: false
    }
  }

  /// Whether decoding with a cache keeps the frequencies of its first call.
  public var staysAsBegun: Bool { if case .steps = self { true } else { false } }

  /// What cosines and sines are multiplied by.
  public var attentionFactor: Float {
    switch self {
    case .none, .linear, .llama3, .factors, .dynamic, .steps: return 1
    case .longRope(let recipe): return recipe.attentionFactor
    case .yarn(let recipe):
      if let factor = recipe.attentionFactor { return factor }
      func scale(_ mscale: Double) -> Double {
        recipe.factor <= 1 ? 1 : 0.1 * mscale * log(Double(recipe.factor)) + 1
      }
      if let mscale = recipe.mscale, let all = recipe.mscaleAllDim, mscale != 0, all != 0 {
        return Float(scale(Double(mscale)) / scale(Double(all)))
      }
      return Float(scale(1))
    }
  }

  /// What scores are multiplied by where a family lets `mscale_all_dim` sharpen them too: DeepSeek's.
  public var scoreFactor: Double {
    guard case .yarn(let recipe) = self, let mscale = recipe.mscaleAllDim, mscale != 0,
      recipe.factor > 1
    else { return 1 }
    let factor = 0.1 * ConfigTable.decimal(mscale) * log(Double(recipe.factor)) + 1
    return factor * factor
  }

  /// Angles per position, one for each rotated pair, for a sequence of `length` tokens; rounded
  /// where transformers rounds.
  public func inverseFrequencies(base: Float, rotated: Int, length: Int) -> [Float] {
    let plain = RopeScaling.frequencies(base: base, headDimension: rotated)
    switch self {
    case .none: return plain
    case .linear, .llama3, .factors:
      guard let divisors = divisors(base: base, headDimension: rotated) else { return plain }
      return zip(plain, divisors).map { $0 / $1 }
    case .longRope(let recipe):
      let factors = length > recipe.originalContext ? recipe.long : recipe.short
      return zip(RopeScaling.powers(base: base, rotated), factors).map { 1 / ($1 * $0) }
    case .dynamic(let factor, let context):
      guard length > context, rotated > 2 else { return plain }
      let stretch = factor * Float(length) / Float(context) - (factor - 1)
      let power = Float(pow(Double(stretch), Double(rotated) / Double(rotated - 2)))
      return RopeScaling.frequencies(base: base * power, headDimension: rotated)
    case .yarn(let recipe): return recipe.inverseFrequencies(base: base, rotated: rotated)
    case .steps(let context):
      guard length > context, rotated > 2 else { return plain }
      let doublings = (log(Double(length) / Double(context)) / log(2) + 1).rounded(.up)
      let power = pow(pow(2, doublings) - 1, Double(rotated) / Double(rotated - 2))
      return RopeScaling.frequencies(base: Float(Double(base) * power), headDimension: rotated)
    }
  }

  /// The divisor of each of `headDimension / 2` frequencies, computed in single precision as
  /// transformers and llama.cpp do; nil where nothing is divided, or not by the same for all
  /// sequences.
  public func divisors(base: Float, headDimension: Int) -> [Float]? {
    switch self {
    case .none, .dynamic, .yarn, .longRope, .steps: return nil
    case .linear(let factor): return Array(repeating: factor, count: headDimension / 2)
    case .factors(let factors): return factors
    case .llama3(let factor, let low, let high, let context):
      let longest = Float(context) / low, shortest = Float(context) / high
      return RopeScaling.frequencies(base: base, headDimension: headDimension).map { frequency in
        // torch divides a number by a tensor as reciprocal times number.
        let wavelength = (1 / frequency) * (2 * Float.pi)
        if wavelength < shortest { return 1 }
        if wavelength > longest { return factor }
        let smooth = ((1 / wavelength) * Float(context) - low) / (high - low)
        return 1 / ((1 - smooth) / factor + smooth)
      }
    }
  }
}

extension RopeScaling.Yarn {
  /// Between frequencies that are kept and those that are divided lies a ramp over dimensions.
  fileprivate func inverseFrequencies(base: Float, rotated: Int) -> [Float] {
    func dimension(_ rotations: Float) -> Double {
      Double(rotated) * log(Double(originalContext) / (Double(rotations) * 2 * Double.pi))
        / (2 * log(Double(base)))
    }
    var (low, high) = (dimension(betaFast ?? 32), dimension(betaSlow ?? 1))
    if truncate { (low, high) = (low.rounded(.down), high.rounded(.up)) }
    low = max(low, 0)
    high = min(high, Double(rotated - 1))
    if low == high { high += 0.001 }
    return RopeScaling.powers(base: base, rotated).enumerated().map { index, power in
      let ramp = min(max((Float(index) - Float(low)) / Float(high - low), 0), 1)
      let kept = 1 - ramp
      return (1 / (factor * power)) * (1 - kept) + (1 / power) * kept
    }
  }
}
