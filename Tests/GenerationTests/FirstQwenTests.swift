import Architectures
import Foundation
import Generation
import Reference
import Tensors
import TestSupport
import Testing

/// The first Qwen decodes with the frequencies of its prompt.
@Suite struct FirstQwenTests {
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

  private let workers = Workers(threads: 2)

  private func generate(_ reference: ReferenceModel, _ prompt: [Int], limit: Int) throws -> [Int] {
    let sequence = TokenSequence(reference, context: 128, piece: 7, workers: workers)
    try sequence.append(prompt)
    var (sampler, generation) = (Sampler(Sampling()), Generation())
    generation.limit = limit
    return try generation.run(sequence, &sampler, tokenizer: nil).ids
  }

  /// Its own `generate`, recorded: prompts shorter and longer than its length of training, and
  /// continuations beyond it.
  @Test(arguments: ["qwen", "qwen-long", "qwen-partial"])
  func asTheOriginalGenerates(_ name: String) throws {
    let golden = try Golden(name)
    let reference = try ReferenceModel(Families.model(name))
    #expect(golden.cases.count == 3)
    for item in golden.cases {
      let ids = try generate(reference, item.prompt, limit: item.continuation.count)
      #expect(ids == item.continuation, "after \(item.prompt.count) tokens")
    }
  }

  /// One forward pass over the whole text takes the base of its whole length: another model.
  @Test func afterEachTokenAnewIsAnotherText() throws {
    let item = try #require(try Golden("qwen-long").cases.first)
    let reference = try ReferenceModel(Families.model("qwen-long"))
    var ids = item.prompt
    for _ in item.continuation { ids += try generate(reference, ids, limit: 1) }
    #expect(Array(ids.dropFirst(item.prompt.count)) != item.continuation)
  }
}
