import Foundation

/// How the next token is chosen from logits. The same seed gives the same tokens on every machine.
public struct Sampling: Sendable {
  /// What logits are divided by; 0 takes the likeliest token.
  public var temperature: Double
  /// Only so many of the likeliest tokens; 0 is all.
  public var topK: Int
  /// Only the likeliest tokens that together have this probability.
  public var topP: Double
  private var state: UInt64

  public init(temperature: Double = 0, topK: Int = 0, topP: Double = 1, seed: UInt64 = 0) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    state = seed
  }

  /// Of equal logits the lower token wins. `logits` are finite and not empty.
  public mutating func choose(_ logits: UnsafeBufferPointer<Float>) -> Int {
    var best = 0
    for token in logits.indices where logits[token] > logits[best] { best = token }
    guard temperature > 0 else { return best }
    // As transformers does: temperature, then top-k, then top-p.
    let top = Double(logits[best])
    var tokens = Array(logits.indices)
    if topK > 0 || topP < 1 {
      tokens.sort { (logits[$1], $0) < (logits[$0], $1) }
      if topK > 0 { tokens = Array(tokens.prefix(topK)) }
    }
    var weights = tokens.map { exp((Double(logits[$0]) - top) / temperature) }
    if topP < 1 {
      let most = topP * weights.reduce(0, +)
      var (sum, count) = (0.0, 0)
      while count < weights.count, sum < most || count == 0 {
        sum += weights[count]
        count += 1
      }
      weights = Array(weights.prefix(count))
    }
    var left = unit() * weights.reduce(0, +)
    for (token, weight) in zip(tokens, weights) {
      left -= weight
      if left < 0 { return token }
    }
    return tokens[weights.count - 1]
  }

  /// SplitMix64, as a number from 0 up to 1.
  private mutating func unit() -> Double {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return Double((z ^ (z >> 31)) >> 11) / Double(UInt64(1) << 53)
  }
}
