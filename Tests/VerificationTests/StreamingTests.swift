import Architectures
import Checkpoints
import Containers
import Foundation
import Reference
import Tensors
import TestSupport
import Testing
import Verification

/// Streaming changes what is in memory, and nothing else.
@Suite struct StreamingTests {
  private func open(_ path: String) throws -> ReferenceModel {
    try ReferenceModel(Model(Checkpoint(path: Fixture.path(path))))
  }

  private func tokens() throws -> [Int] {
    let file = try FileBytes(path: Fixture.path("qwen2-kjv/eval.tokens.json"))
    return Array(try JSON(file.contents(), file: file.path).elements.compactMap(\.int)[..<160])
  }

  /// Room for all weights, but a byte too little; and for one sequence alone.
  @Test(arguments: [1, 2, 5]) func lockstepFindsTheSame(_ sequences: Int) throws {
    let (tokens, workers) = (try tokens(), Workers(threads: 2))
    var lockstep = try Lockstep(
      open("qwen2-kjv"), open("qwen2-kjv/gguf/qwen2-kjv-Q4_K_M.gguf"),
      ScoringProtocol(.assay, context: 32))
    let whole = try lockstep.plan(tokens.count)
    #expect(!whole.isStreaming)
    let expected = try lockstep.run(tokens, workers: workers)

    let most =
      lockstep.reference.pages.largestPart + lockstep.candidate.pages.largestPart
      + whole.logitBytes
    lockstep.budget = MemoryBudget(held: 100, limit: 100 + most + sequences * whole.passBytes)
    let plan = try lockstep.plan(tokens.count)
    #expect(plan.isStreaming)
    #expect(plan.sequences == sequences)
    #expect(plan.bytes <= lockstep.budget.limit)
    let found = try lockstep.run(tokens, workers: workers)
    #expect(found.json(.init()).serialized() == expected.json(.init()).serialized())
  }

  @Test func perplexityIsTheSame() throws {
    let (tokens, workers) = (try tokens(), Workers(threads: 2))
    let model = try open("qwen2-kjv")
    var run = PerplexityRun(model, ScoringProtocol(.assay, context: 32))
    let whole = try run.plan(tokens.count)
    let expected = try run.run(tokens, workers: workers)
    run.budget = MemoryBudget(
      held: 0, limit: model.pages.largestPart + whole.logitBytes + 3 * whole.passBytes)
    #expect(try run.plan(tokens.count).sequences == 3)
    #expect(try run.run(tokens, workers: workers) == expected)
    run.budget = MemoryBudget(held: 1, limit: model.pages.largestPart + whole.passBytes)
    #expect(throws: FormatError.self) { try run.plan(tokens.count) }
  }

  /// Keys and values that are kept for one block alone serve a sequence of one call.
  @Test func aCacheOfOneBlockIsOneCall() throws {
    let (tokens, model) = (try tokens(), try open("qwen2-kjv"))
    func pass(_ scope: CacheScope) -> ForwardPass {
      ForwardPass(model, tokens: 16, context: 32, keeps: scope, workers: Workers(threads: 1))
    }
    let (whole, block) = (pass(.sequence), pass(.block))
    #expect(block.plan.cacheBytes * model.model.parameters.blockCount == whole.plan.cacheBytes)
    try whole.run(tokens[..<16])
    try block.run(tokens[..<16])
    #expect(Array(whole.hidden) == Array(block.hidden))
    #expect(throws: FormatError.self) { try block.run(tokens[16..<20]) }
  }
}
