import Architectures
import CKernels
import Tensors

/// Which experts a token takes, and with what weight.
///
/// Source: the `TopKRouter` classes of transformers' Mixtral, Qwen3-MoE, DeepSeek-V2/V3 and gpt-oss.
struct Routing: Sendable {
  private let experts: Int
  private let used: Int
  private let gating: ExpertGating
  private let normalizes: Bool
  private let scale: Float
  private let softmaxAfterChoice: Bool
  private let groups: Int
  private let groupsUsed: Int
  private let groupsByBestTwo: Bool
  private let correction: [Float]?

  init(_ mixture: Op.Mixture, _ parameters: HyperParameters, correction: [Float]?) {
    experts = parameters.expertCount
    used = parameters.expertUsedCount
    gating = parameters.expertGatingFunc
    normalizes = mixture.normalizes || parameters.expertWeightsNorm
    scale = parameters.expertWeightsScale
    softmaxAfterChoice = mixture.softmaxAfterChoice
    groups = max(1, parameters.expertGroupCount)
    groupsUsed = max(1, parameters.expertGroupUsedCount)
    groupsByBestTwo = mixture.groupsByBestTwo
    self.correction = correction
  }

  /// In place, [tokens][experts]: the router's scores become weights, and -1 for experts that the
  /// token does not take.
  func run(
    _ scores: UnsafeMutablePointer<Float>, tokens: Int, workers: Workers, math: assay_math
  ) {
    nonisolated(unsafe) let scores = scores
    workers.run(count: tokens) { token, _ in
      let row = UnsafeMutableBufferPointer(start: scores + token * experts, count: experts)
      route(row, math)
    }
  }

  func route(_ row: UnsafeMutableBufferPointer<Float>, _ math: assay_math) {
    guard let base = row.baseAddress else { return }
    if !softmaxAfterChoice {
      switch gating {
      case .softmax: math.softmax(base, experts, 1)
      case .sigmoid: for i in row.indices { row[i] = 1 / (Plain.exp(-row[i]) + 1) }
      }
    }
    let chosen = choose(Array(row))
    var weights = chosen.map { row[$0] }
    if softmaxAfterChoice {
      weights.withUnsafeMutableBufferPointer { math.softmax($0.baseAddress, $0.count, 1) }
    } else if normalizes {
      var sum = weights.reduce(0, +)
      if gating == .sigmoid { sum += 1e-20 }
      weights = weights.map { $0 / sum }
    }
    if scale != 0 { weights = weights.map { $0 * scale } }
    for i in row.indices { row[i] = -1 }
    for (expert, weight) in zip(chosen, weights) { row[expert] = weight }
  }

  /// The best experts, best first; of equals the lower. Experts of groups that are not among the
  /// best are never chosen: a correction can make those of the best groups worse than 0.
  private func choose(_ scores: [Float]) -> [Int] {
    var scores = scores
    if let correction {
      for i in scores.indices where i < correction.count { scores[i] += correction[i] }
    }
    if groups > 1, groupsUsed < groups {
      let size = experts / groups
      let strengths = (0..<groups).map { group in
        let best = scores[group * size..<(group + 1) * size].sorted(by: >)
        return groupsByBestTwo ? best.prefix(2).reduce(0, +) : best[0]
      }
      let kept = Set(Routing.best(groupsUsed, of: strengths))
      for i in scores.indices where !kept.contains(i / size) { scores[i] = -.infinity }
    }
    return Routing.best(used, of: scores)
  }

  static func best(_ count: Int, of scores: [Float]) -> [Int] {
    // NaN would have no place in an order.
    let scores = scores.map { $0.isNaN ? -.infinity : $0 }
    let order = scores.indices.sorted { a, b in
      scores[a] != scores[b] ? scores[a] > scores[b] : a < b
    }
    return Array(order.prefix(count))
  }
}
