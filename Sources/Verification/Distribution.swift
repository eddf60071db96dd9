import Foundation

/// Statistics of one position's logits, in double precision.
struct Distribution {
  let logits: UnsafeBufferPointer<Float>
  /// log Σ exp(logit).
  let logNormalizer: Double
  /// The likeliest token; the lowest id among equals.
  let top: Int

  init(_ logits: UnsafeBufferPointer<Float>) {
    self.logits = logits
    var top = 0
    for index in logits.indices where logits[index] > logits[top] { top = index }
    let peak = logits.isEmpty ? 0 : Double(logits[top])
    var sum = 0.0
    for logit in logits { sum += exp(Double(logit) - peak) }
    self.top = top
    logNormalizer = peak + log(sum)
  }

  /// −log p(token).
  func surprise(_ token: Int) -> Double { logNormalizer - Double(logits[token]) }

  /// KL(self ‖ other) in nats: Σ p (log p − log q).
  func divergence(from other: Distribution) -> Double {
    var sum = 0.0
    for index in logits.indices {
      let p = Double(logits[index]) - logNormalizer
      sum += exp(p) * (p - (Double(other.logits[index]) - other.logNormalizer))
    }
    return sum
  }

  /// The likeliest tokens, likeliest first; of equals the lowest id. None where there are no
  /// probabilities, as a logit is not a number.
  func likeliest(_ count: Int) -> [WorstPosition.Choice] {
    guard logNormalizer.isFinite else { return [] }
    var best: [Int] = []
    for index in logits.indices where !logits[index].isNaN {
      if best.count == count {
        guard let last = best.last, logits[index] > logits[last] else { continue }
        best.removeLast()
      }
      let place = best.firstIndex { logits[$0] < logits[index] } ?? best.endIndex
      best.insert(index, at: place)
    }
    return best.map { .init(token: $0, probability: exp(-surprise($0))) }
  }
}
