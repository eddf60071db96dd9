import Architectures
import Checkpoints
import Containers
import Foundation
import Generation
import Reference
import Tensors
import TestSupport
import Testing
import Tokenizers

@Suite struct GenerationTests {
  private let workers = Workers(threads: 2)

  private func model(_ path: String = "qwen2-kjv") throws -> ReferenceModel {
    try ReferenceModel(Model(Checkpoint(path: Fixture.path(path))))
  }

  private func tokenizer() throws -> Tokenizer {
    let file = try FileBytes(path: Fixture.path("qwen2-kjv/tokenizer.json"))
    return try Tokenizer.load(huggingFace: file.contents(), file: file.path, config: nil)
  }

  /// The golden is transformers' greedy continuation (Fixtures/qwen2-kjv/README.md).
  @Test(arguments: [1, 3, 256]) func greedyIsTransformers(_ piece: Int) throws {
    let file = try FileBytes(path: Fixture.path("qwen2-kjv/greedy.json"))
    let golden = try JSON(file.contents(), file: file.path)
    let expected = try #require(golden["ids"]).elements.compactMap(\.int)
    let tokenizer = try tokenizer()
    let prompt = try tokenizer.encode(
      Array(try #require(golden["prompt"]?.string).utf8), addSpecial: true)
    #expect(Array(expected.prefix(prompt.count)) == prompt)
    let sequence = TokenSequence(try model(), context: 64, piece: piece, workers: workers)
    try sequence.append(prompt)
    var (sampler, generation) = (Sampler(Sampling()), Generation())
    generation.limit = expected.count - prompt.count
    let result = try generation.run(sequence, &sampler, tokenizer: tokenizer)
    #expect(prompt + result.ids == expected)
    #expect(result.end == .tokenLimit)
    let text = try #require(golden["text"]?.string)
    #expect("In the beginning" + result.text == text)
  }

  /// A sequence that was cut back goes on as one that never was longer.
  @Test(arguments: ["qwen2-kjv", "families/qwen3next"])
  func whatIsCutOffLeavesNoTrace(_ path: String) throws {
    let model = try model(path)
    let straight = TokenSequence(model, context: 32, workers: workers)
    try straight.append([5, 6, 7, 8, 9])
    let cut = TokenSequence(model, context: 32, workers: workers)
    try cut.append([5, 6, 7, 30, 40, 50])
    try cut.keep(3)
    try cut.append([8])
    try cut.extend(by: 9)
    #expect(cut.tokens == straight.tokens)
    #expect(cut.logits == straight.logits)
  }

  @Test func everyEndIsNamed() throws {
    let (model, tokenizer) = (try model(), try tokenizer())
    func run(_ change: (inout Generation) -> Void, context: Int = 64) throws -> Generation.Result {
      let sequence = TokenSequence(model, context: context, workers: workers)
      try sequence.append(try tokenizer.encode(Array("In the beginning".utf8), addSpecial: true))
      var (sampler, generation) = (Sampler(Sampling()), Generation())
      generation.limit = 30
      change(&generation)
      return try generation.run(sequence, &sampler, tokenizer: tokenizer)
    }
    let whole = try run { _ in }
    #expect(whole.end == .tokenLimit)
    #expect(whole.text.hasPrefix(" of the Lord Jesus Christ, and the Father"))

    let stopped = try run { $0.stops = ["Jesus C", "Father"] }
    #expect(stopped.end == .stopString)
    #expect(stopped.text == " of the Lord ")

    let ended = try run { $0.endTokens = [whole.ids[4]] }
    #expect(ended.end == .endToken)
    #expect(ended.ids == Array(whole.ids.prefix(4)))

    let full = try run({ _ in }, context: 8)
    #expect(full.end == .context)
    #expect(full.text.isEmpty == false)

    var shown = ""
    let cancelled = try run { generation in
      generation.onText = { text in
        shown += text
        return !shown.contains("Lord")
      }
    }
    #expect(cancelled.end == .cancelled)
    #expect(cancelled.text == shown)
  }
}
