/// The numbers of a model, resolved, under their GGUF names.
public struct HyperParameters: Sendable, Equatable {
  public var blockCount = 0
  public var contextLength = 0
  public var embeddingLength = 0
  public var feedForwardLength = 0
  public var headCount = 0
  public var headCountKV = 0
  /// Width of one attention head, for queries, keys and values alike.
  public var keyLength = 0
  public var vocabularySize = 0
  /// Experts that a layer chooses from; 0 where every layer is dense.
  public var expertCount = 0
  public var rmsEpsilon: Float = 0
  public var ropeFreqBase: Float = 10_000
  public var ropeScaling = RopeScaling.none
  /// The output head is the token embedding, and the file holds no tensor for it.
  public var tiedEmbeddings = false
  /// The attention projections of Llama have biases.
  public var attentionBias = false
  /// The feed-forward projections of Llama have biases.
  public var feedForwardBias = false

  public init() {}

  /// Whether a GGUF's numbers are those of the configuration that it was made from. A GGUF holds
  /// rope's divisors, which leave a few of Llama 3's numbers open: computing them is what counts.
  public func agree(with gguf: HyperParameters) -> Bool {
    var copy = self
    let divisors = gguf.ropeScaling.divisors(base: ropeFreqBase, headDimension: keyLength)
    if let divisors,
      ropeScaling.reproduces(divisors, base: ropeFreqBase, headDimension: keyLength)
    {
      copy.ropeScaling = gguf.ropeScaling
    }
    return copy == gguf
  }
}

/// How rotary frequencies are stretched beyond the context that a model was first trained on.
public enum RopeScaling: Sendable, Equatable {
  case none
  /// All frequencies divided by one factor.
  case linear(factor: Float)
  /// Llama 3.1: long wavelengths divided by `factor`, short ones kept, a ramp between.
  case llama3(factor: Float, lowFreqFactor: Float, highFreqFactor: Float, originalContext: Int)
  /// Divisors as a GGUF gives them, where they match no published recipe.
  case factors([Float])

  /// The divisor of each of `count` frequencies, computed in single precision as transformers and
  /// llama.cpp do; nil where nothing is scaled.
  public func divisors(base: Float, headDimension: Int) -> [Float]? {
    switch self {
    case .none: return nil
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
