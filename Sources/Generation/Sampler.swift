import Reference

/// Chooses tokens from logits: the same ones for the same seed, on every machine.
///
/// In transformers' order: repetition penalty, temperature, top-k, top-p, min-p.
public struct Sampler: Sendable {
  public let sampling: Sampling
  private var random: SplitMix64

  public init(_ sampling: Sampling) {
    self.sampling = sampling
    random = SplitMix64(seed: sampling.seed)
  }

  /// A token of the vocabulary; `history` is what has been said and asked so far. Of equally likely
  /// tokens the first counts as the likeliest, as in torch's argmax.
  public mutating func pick(_ logits: [Float], after history: [Int]) -> Int {
    let scores = penalized(logits, history)
    guard !sampling.isGreedy else { return likeliest(scores) }
    let candidates = candidates(scores)
    let total = candidates.reduce(0) { $0 + $1.weight }
    var rest = random.share() * total
    for candidate in candidates {
      rest -= candidate.weight
      if rest < 0 { return candidate.token }
    }
    return candidates.first?.token ?? 0
  }

  private func likeliest(_ scores: [Float]) -> Int {
    var best = 0
    for (token, score) in scores.enumerated() where score > scores[best] { best = token }
    return best
  }

  private func penalized(_ logits: [Float], _ history: [Int]) -> [Float] {
    guard sampling.repetitionPenalty != 1 else { return logits }
    var scores = logits
    for token in Set(history) where scores.indices.contains(token) {
      let score = scores[token]
      scores[token] =
        score < 0 ? score * sampling.repetitionPenalty : score / sampling.repetitionPenalty
    }
    return scores
  }

  /// Tokens that may be chosen, likeliest first, each with a weight relative to the first one's 1.
  func candidates(_ scores: [Float]) -> [(token: Int, weight: Double)] {
    var order = Array(scores.indices)
    order.sort { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
    if sampling.topK > 0 { order.removeLast(max(0, order.count - sampling.topK)) }
    guard let first = order.first else { return [] }
    var weights = order.map { token in
      Double(Plain.exp((scores[token] - scores[first]) / sampling.temperature))
    }
    keep(share: Double(sampling.topP), of: &weights)
    if sampling.minP > 0, let end = weights.firstIndex(where: { $0 < Double(sampling.minP) }) {
      weights.removeLast(weights.count - max(1, end))
    }
    return zip(order, weights).map { ($0, $1) }
  }

  /// The likeliest tokens before which less than `share` of the whole stands.
  private func keep(share: Double, of weights: inout [Double]) {
    guard share < 1 else { return }
    let total = weights.reduce(0, +)
    var before = 0.0
    for (index, weight) in weights.enumerated() {
      if index > 0, before >= share * total {
        weights.removeLast(weights.count - index)
        return
      }
      before += weight
    }
  }
}
