import Architectures
import Tensors
import TestSupport
import Testing

@testable import Reference

/// Which experts a token takes, on scores that tell the ways of choosing apart.
@Suite struct RoutingTests {
  /// Weights of one token, -1 for experts that it does not take.
  static func weights(
    _ scores: [Float], used: Int, groups: Int = 0, groupsUsed: Int = 0, gating: ExpertGating,
    byBestTwo: Bool = false, correction: [Float]? = nil, normalizes: Bool = false, scale: Float = 0
  ) -> [Float] {
    var parameters = HyperParameters()
    parameters.expertCount = scores.count
    parameters.expertUsedCount = used
    parameters.expertGroupCount = groups
    parameters.expertGroupUsedCount = groupsUsed
    parameters.expertGatingFunc = gating
    parameters.expertWeightsNorm = normalizes
    parameters.expertWeightsScale = scale
    let routing = Routing(
      Op.Mixture(groupsByBestTwo: byBestTwo), parameters, correction: correction)
    var row = scores
    row.withUnsafeMutableBufferPointer {
      guard let base = $0.baseAddress else { return }
      routing.run(
        base, tokens: 1, workers: Workers(threads: 1), math: Kernels.active.table.pointee.math)
    }
    return row
  }

  static func chosen(_ weights: [Float]) -> [Int] { weights.indices.filter { weights[$0] != -1 } }

  /// transformers' V3 takes -∞ for experts of other groups: a corrected score below 0 comes before.
  @Test func anExpertOfAnotherGroupNeverComesInstead() {
    let weights = Self.weights(
      [0, 0, 0, 0], used: 2, groups: 2, groupsUsed: 1, gating: .sigmoid, byBestTwo: true,
      correction: [-9, -9, -1, -2])
    #expect(Self.chosen(weights) == [2, 3])
    #expect(weights[2] == 0.5 && weights[3] == 0.5, "the correction is not part of the weight")
  }

  @Test func groupsAreChosenByTheirBestOrTheirBestTwo() {
    let scores: [Float] = [3, 0, 2, 2]
    let best = Self.weights(scores, used: 1, groups: 2, groupsUsed: 1, gating: .softmax)
    #expect(Self.chosen(best) == [0])
    let bestTwo = Self.weights(
      scores, used: 1, groups: 2, groupsUsed: 1, gating: .softmax, byBestTwo: true,
      correction: [0, 0, 0.4, 0.4])
    #expect(Self.chosen(bestTwo) == [2])
  }

  /// Of equal scores the lower expert is chosen; one whose probability vanishes is still one of the
  /// best group, as in transformers' V2, where it adds nothing.
  @Test func aVanishingExpertOfTheBestGroupAddsNothing() {
    let weights = Self.weights(
      [-200, -200, 0, -200], used: 2, groups: 2, groupsUsed: 1, gating: .softmax, scale: 4)
    #expect(weights == [-1, -1, 4, 0])
  }

  @Test func weightsAreNormalizedAndScaled() {
    let weights = Self.weights(
      [0, 0, -100, -100], used: 2, gating: .sigmoid, normalizes: true, scale: 2.5)
    #expect(weights == [1.25, 1.25, -1, -1])
  }
}
