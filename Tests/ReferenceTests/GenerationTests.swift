import Architectures
import Checkpoints
import Foundation
import Reference
import Tensors
import TestSupport
import Testing

@Suite struct GenerationTests {
  struct Golden: Decodable {
    struct Case: Decodable {
      let prompt: [Int]
      let continuation: [Int]
    }
    let cases: [Case]

    init(_ name: String) throws {
      let data = try Data(contentsOf: URL(filePath: Families.path(name) + "/generate.json"))
      self = try JSONDecoder().decode(Golden.self, from: data)
    }
  }

  private func generate(
    _ name: String, _ prompt: [Int], limit: Int, _ sampling: Sampling = Sampling()
  ) throws -> [Int] {
    let generation = Generation(
      try ReferenceModel(Families.model(name)), prompt: prompt, limit: limit, sampling: sampling,
      workers: Workers(threads: 2))
    while try generation.next() != nil {}
    return generation.continuation
  }

  /// The first Qwen's own `generate`, recorded: prompts shorter and longer than its length of
  /// training, and continuations beyond it.
  @Test(arguments: ["qwen", "qwen-long", "qwen-partial"])
  func asTheOriginalGenerates(_ name: String) throws {
    let golden = try Golden(name)
    #expect(golden.cases.count == 3)
    for item in golden.cases {
      let ids = try generate(name, item.prompt, limit: item.continuation.count)
      #expect(ids == item.continuation, "after \(item.prompt.count) tokens")
    }
  }

  /// One forward pass over the whole text takes the base of its whole length: another model.
  @Test func afterEachTokenAnewIsAnotherText() throws {
    let item = try #require(try Golden("qwen-long").cases.first)
    let reference = try ReferenceModel(Families.model("qwen-long"))
    var ids = item.prompt
    for _ in item.continuation {
      let generation = Generation(reference, prompt: ids, limit: 1, workers: Workers(threads: 2))
      ids.append(try #require(try generation.next()))
    }
    #expect(Array(ids.dropFirst(item.prompt.count)) != item.continuation)
  }

  @Test func samplingKeepsToItsRules() {
    let logits: [Float] = [1, 3, 2, 3, -1]
    func counts(_ sampling: Sampling) -> [Int] {
      var sampling = sampling
      var counts = [0, 0, 0, 0, 0]
      for _ in 0..<4000 { counts[logits.withUnsafeBufferPointer { sampling.choose($0) }] += 1 }
      return counts
    }
    #expect(counts(Sampling()) == [0, 4000, 0, 0, 0])
    #expect(counts(Sampling(temperature: 1, topK: 1)) == [0, 4000, 0, 0, 0])
    // Two tokens have 0.80 of the probability, three have 0.94.
    let nucleus = counts(Sampling(temperature: 1, topP: 0.7))
    #expect(nucleus[1] + nucleus[3] == 4000 && abs(nucleus[1] - 2000) < 200)
    #expect(counts(Sampling(temperature: 1, topP: 0.9))[0] == 0)
    let all = counts(Sampling(temperature: 1, seed: 7))
    let expected = logits.map { 4000 * exp(Double($0)) / logits.reduce(0) { $0 + exp(Double($1)) } }
    for (found, wanted) in zip(all, expected) { #expect(abs(Double(found) - wanted) < 150) }
    #expect(all == counts(Sampling(temperature: 1, seed: 7)))
    #expect(all != counts(Sampling(temperature: 1, seed: 8)))
    #expect(counts(Sampling(temperature: 1e-9))[1] + counts(Sampling(temperature: 1e-9))[3] == 4000)
  }
}
