/// How the next token is chosen. The names and meanings are those of transformers'
/// generation_config.json, which models ship.
public struct Sampling: Sendable, Equatable {
  /// Logits are divided by it; 0 takes the likeliest token, always.
  public var temperature: Float
  /// Only so many of the likeliest tokens; 0 is all.
  public var topK: Int
  /// Only the likeliest tokens that together reach this share; 1 is all.
  public var topP: Float
  /// Only tokens at least this share as likely as the likeliest; 0 is all.
  public var minP: Float
  /// Logits of tokens that have occurred: divided where positive, multiplied where negative.
  public var repetitionPenalty: Float
  public var seed: UInt64

  public init(
    temperature: Float = 0, topK: Int = 0, topP: Float = 1, minP: Float = 0,
    repetitionPenalty: Float = 1, seed: UInt64 = 0
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.repetitionPenalty = repetitionPenalty
    self.seed = seed
  }

  public var isGreedy: Bool { temperature <= 0 || topK == 1 }
}

/// SplitMix64: small, fast, and the same everywhere.
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// From 0 inclusive to 1 exclusive, in steps of 2⁻⁵³.
  mutating func share() -> Double { Double(next() >> 11) * 0x1p-53 }
}
