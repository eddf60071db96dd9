import Foundation
import TestSupport
import Testing

@testable import Generation

@Suite struct SamplerTests {
  struct Golden: Decodable {
    struct Settings: Decodable {
      let temperature: Float
      let top_k: Int?
      let top_p: Float?
      let min_p: Float?
      let repetition_penalty: Float?
    }
    struct Case: Decodable {
      let settings: Settings
      let logits: [Float]
      let history: [Int]
      let probabilities: [Double]
    }
    let cases: [Case]

    static func load() throws -> [Case] {
      let data = try Data(contentsOf: URL(filePath: Fixture.path("sampling.json")))
      return try JSONDecoder().decode(Golden.self, from: data).cases
    }
  }

  /// How often each token is drawn is what transformers' processors leave as its probability
  /// (Fixtures/record/sampling.py).
  @Test func drawsFollowTransformers() throws {
    for (index, golden) in try Golden.load().enumerated() {
      let settings = golden.settings
      let seed = UInt64(index + 1)
      var sampler = Sampler(
        Sampling(
          temperature: settings.temperature, topK: settings.top_k ?? 0,
          topP: settings.top_p ?? 1, minP: settings.min_p ?? 0,
          repetitionPenalty: settings.repetition_penalty ?? 1, seed: seed))
      var counts = [Int](repeating: 0, count: golden.logits.count)
      let draws = 4000
      for _ in 0..<draws { counts[sampler.pick(golden.logits, after: golden.history)] += 1 }
      for (count, probability) in zip(counts, golden.probabilities) {
        if probability == 0 {
          #expect(count == 0, "seed \(seed)")
        } else {
          let spread = (Double(draws) * probability * (1 - probability)).squareRoot()
          #expect(
            abs(Double(count) - Double(draws) * probability) <= 5 * spread + 1, "seed \(seed)")
        }
      }
    }
  }

  @Test func aSeedIsAText() {
    let logits = (0..<100).map { Float($0 % 7) }
    func draws(_ seed: UInt64) -> [Int] {
      var sampler = Sampler(Sampling(temperature: 1, seed: seed))
      return (0..<50).map { _ in sampler.pick(logits, after: []) }
    }
    #expect(draws(1) == draws(1))
    #expect(draws(1) != draws(2))
  }

  @Test func greedyTakesTheFirstOfEquals() {
    var sampler = Sampler(Sampling())
    #expect(sampler.pick([1, 3, 3, 2], after: []) == 1)
    var penalized = Sampler(Sampling(repetitionPenalty: 2))
    #expect(penalized.pick([1, 3, 2.5, -2], after: [1, 1, 3]) == 2)
    // The only tokens that have not occurred are the worst; a negative one is pushed down further.
    #expect(penalized.pick([-1, -1.5], after: [0]) == 1)
  }
}
