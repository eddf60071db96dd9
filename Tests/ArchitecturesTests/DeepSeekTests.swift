import Checkpoints
import Containers
import Foundation
import Tensors
import TestSupport
import Testing

@testable import Architectures

/// What only real DeepSeek downloads have.
@Suite struct DeepSeekTests {
  /// DeepSeek V3 in small numbers, with one more tensor, and what is changed of its config.json.
  private func model(_ extra: String? = nil, _ changes: [String: Any] = [:]) throws -> Model {
    let scratch = try Scratch()
    let path = scratch.file("model")
    try Families.copy("deepseek-v3", to: path, adding: extra, changing: changes)
    return try Model(Checkpoint(path: path))
  }

  /// V3 has one layer of 61 more, which llama.cpp's converter drops too.
  @Test func layersThatPredictFurtherTokensAreNoted() throws {
    let name = "model.layers.2.eh_proj.weight"
    let found = try model(name, ["num_nextn_predict_layers": 1]).problems
    #expect(found.map(\.code) == ["further-layer"] && found[0].severity == .note)
    #expect(found[0].subject == name)
    let unannounced = try model(name).problems
    #expect(unannounced.map(\.code) == ["unknown-tensor"])
    let beyond = try model("model.layers.3.eh_proj.weight", ["num_nextn_predict_layers": 1])
    #expect(beyond.problems.map(\.code) == ["unknown-tensor"])
  }

  @Test(
    arguments: [
      ("num_key_value_heads", 2), ("topk_method", "greedy"), ("scoring_func", "softmax"),
      ("rope_interleave", false), ("moe_layer_freq", 2), ("num_experts_per_tok", 5),
      ("kv_lora_rank", 1 << 40), ("qk_nope_head_dim", 0),
    ] as [(String, any Sendable)])
  func anotherModelIsRefused(_ key: String, _ value: any Sendable) throws {
    let error = #expect(throws: FormatError.self) { try model(nil, [key: value]) }
    #expect(error?.subject != nil)
  }

  /// Scores are sharpened by the square of YaRN's factor; what a GGUF states of it comes back.
  @Test func yarnSharpensScores() throws {
    let parameters = try Families.model("deepseek-v2").parameters
    let factor = 0.1 * 0.707 * log(8.0) + 1
    #expect(parameters.attentionScale == Float(factor * factor / 24.0.squareRoot()))
    #expect(parameters.ropeScaling.attentionFactor == 1)
    let gguf = try Model(Checkpoint(path: Families.path("deepseek-v2") + "/convert.gguf"))
    #expect(gguf.parameters.ropeScaling == parameters.ropeScaling)
  }

  /// Two classes share a name in GGUF.
  @Test(arguments: ["deepseek-v2", "deepseek-v2-lite", "deepseek-v3"])
  func aGGUFTellsTheVersions(_ name: String) throws {
    let gguf = try Model(Checkpoint(path: Families.path(name) + "/convert.gguf"))
    #expect(gguf.architecture.modelType == (try Families.model(name)).architecture.modelType)
  }
}
