import Architectures
import Checkpoints
import Containers
import Foundation
import Reference
import Tensors
import TestSupport
import Testing
import Verification

@Suite struct VerificationTests {
  private func tokens() throws -> [Int] {
    let file = try FileBytes(path: Fixture.path("qwen2-kjv/eval.tokens.json"))
    return try JSON(file.contents(), file: file.path).elements.compactMap(\.int)
  }

  private func report(
    _ candidate: String, chunks: Int?, _ name: ScoringProtocol.Name,
    activations: Activations? = nil
  ) throws -> VerificationReport {
    func open(_ path: String) throws -> ReferenceModel {
      try ReferenceModel(Model(Checkpoint(path: Fixture.path(path))))
    }
    var lockstep = try Lockstep(
      open("qwen2-kjv"), open(candidate),
      ScoringProtocol(name, context: 256, activations: activations))
    lockstep.chunks = chunks
    return try lockstep.run(tokens(), workers: Workers(threads: 2))
  }

  @Test func aLosslessCopyIsIdentical() throws {
    let report = try report("qwen2-kjv/gguf/qwen2-kjv-BF16.gguf", chunks: 1, .assay)
    #expect(report.logits.isIdentical)
    #expect(report.firstDivergence == nil)
    #expect(report.logits.divergence.max == 0)
    #expect(report.verdict(.init(maxKLD: 0, minTop1: 1)).word == "identical")
  }

  /// llama-perplexity keeps the source's log-probabilities in 16 bits, which leaves about 2e-6 of
  /// noise in its mean.
  @Test(arguments: [
    "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_K_S", "Q4_0", "Q3_K_M", "Q2_K", "IQ4_XS",
  ])
  func figuresAreLlamaPerplexitys(_ type: String) throws {
    let file = try FileBytes(path: Fixture.path("qwen2-kjv/gguf/peers.json"))
    let peers = try JSON(file.contents(), file: file.path)
    let peer = try #require(peers["qwen2-kjv-\(type).gguf"])
    let report = try report("qwen2-kjv/gguf/qwen2-kjv-\(type).gguf", chunks: nil, .llamaCpp)
    #expect(report.logits.positions == 66 * 127)
    let perplexity = try #require(peer["ppl_base"]?.double)
    #expect(abs(report.logits.referencePerplexity.value - perplexity) < 0.001)
    let candidate = try #require(peer["ppl"]?.double)
    #expect(abs(report.logits.candidatePerplexity.value - candidate) < 0.005)
    let divergence = try #require(peer["mean_kld"]?.double)
    #expect(abs(report.logits.divergence.mean.value - divergence) < 0.02 * divergence + 2e-6)
    let agreement = try #require(peer["top1_percent"]?.double)
    #expect(abs(report.logits.top1Agreement * 100 - agreement) < 0.3)
    #expect(report.tensors.contains { $0.nmse > 0 })
  }

  /// In float32 only the weights' rounding is left, so less of it.
  @Test func roundedActivationsAddToTheDivergence() throws {
    let rounded = try report("qwen2-kjv/gguf/qwen2-kjv-Q8_0.gguf", chunks: 4, .llamaCpp)
    let exact = try report(
      "qwen2-kjv/gguf/qwen2-kjv-Q8_0.gguf", chunks: 4, .llamaCpp, activations: .float32)
    #expect(exact.logits.divergence.mean.value < rounded.logits.divergence.mean.value / 2)
  }

  @Test func thresholdsDecide() throws {
    let report = try report("qwen2-kjv/gguf/qwen2-kjv-Q4_0.gguf", chunks: 2, .assay)
    #expect(report.verdict(.init(maxKLD: 1e-6)).passed == false)
    #expect(report.verdict(.init(minTop1: 0.999)).passed == false)
    #expect(report.verdict(.init(maxKLD: 1, minTop1: 0.5)).word == "passed")
    #expect(report.firstDivergence?.stage == .embedding)
  }

  @Test func windowsFollowTheProtocol() {
    let theirs = ScoringProtocol(.llamaCpp, context: 8).windows(of: 20)
    #expect(theirs.map(\.tokens) == [0..<8, 8..<16])
    #expect(theirs.allSatisfy { $0.scored == 4..<7 })
    let ours = ScoringProtocol(.assay, context: 8).windows(of: 20, limit: 3)
    #expect(ours.map(\.scored) == [0..<8, 0..<8, 0..<4])
  }

  @Test func everyWindowBeginsWithTheModelsFirstToken() throws {
    let model = try ReferenceModel(Model(Checkpoint(path: Fixture.path("qwen2-kjv"))))
    let tokens = try tokens()
    let scoring = ScoringProtocol(.llamaCpp, context: 64, bos: 7)
    var replaced = Array(tokens[..<128])
    (replaced[0], replaced[64]) = (7, 7)
    let workers = Workers(threads: 2)
    let found = try PerplexityRun(model, scoring).run(Array(tokens[..<128]), workers: workers)
    let expected = try PerplexityRun(model, ScoringProtocol(.llamaCpp, context: 64))
      .run(replaced, workers: workers)
    #expect(found == expected)
    let without = try PerplexityRun(model, ScoringProtocol(.llamaCpp, context: 64))
      .run(Array(tokens[..<128]), workers: workers)
    #expect(found != without)
  }
}
