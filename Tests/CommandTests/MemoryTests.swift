import Architectures
import Foundation
import TestSupport
import Testing

/// What a run says that it will take is what it takes.
@Suite(.serialized) struct MemoryTests {
  /// 670 MB of weights in 16 blocks and two embeddings, none of them on the disk.
  private static let config = """
    {"architectures": ["LlamaForCausalLM"], "model_type": "llama",
     "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 16,
     "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 64,
     "vocab_size": 32000, "max_position_embeddings": 4096, "rms_norm_eps": 1e-6,
     "rope_theta": 10000, "tie_word_embeddings": false, "hidden_act": "silu"}
    """

  private struct Run {
    let planned: Double
    let peak: Double
    let weights: Double
    let isStreamed: Bool
    let sequences: Int
    let kld: Double

    init(_ arguments: [String]) throws {
      let json = try Executable.json(arguments)
      let memory = try #require(json["memory"] as? [String: Any])
      planned = try #require(memory["planned"] as? Double)
      peak = try #require(memory["peak"] as? Double)
      weights = try #require(memory["weights"] as? Double)
      isStreamed = try #require(memory["streamed"] as? Bool)
      sequences = try #require(memory["windows_at_once"] as? Int)
      kld = ((json["kld"] as? [String: Any])?["mean"] as? Double) ?? 0
    }
  }

  @Test func theHighWaterMarkIsThePlan() throws {
    let scratch = try Scratch()
    let model = scratch.path + "/model"
    try HollowCheckpoint.write(Self.config, family: .llama, at: model)
    let tokens = scratch.path + "/tokens.json"
    try Data("[\((0..<96).map(String.init).joined(separator: ","))]".utf8)
      .write(to: URL(filePath: tokens))
    let verify = ["verify", model, model, "--tokens", tokens, "--context", "32"]

    let mapped = try Run(verify)
    #expect(!mapped.isStreamed)
    #expect(mapped.weights > 600e6)
    // Weights that are on no disk have no values to be wrong; two models map one file.
    #expect(mapped.kld == 0)
    #expect((0.97...1.03).contains(mapped.peak / mapped.planned), "\(mapped)")

    let streamed = try Run(verify + ["--max-memory", "300MB"])
    #expect(streamed.isStreamed)
    #expect(streamed.sequences == 3)
    #expect(streamed.weights < 150e6)
    #expect(streamed.peak < 300e6, "\(streamed)")
    #expect((0.95...1.05).contains(streamed.peak / streamed.planned), "\(streamed)")

    let perplexity = try Run(
      ["perplexity", model, "--tokens", tokens, "--context", "32", "--max-memory", "150MB"])
    #expect(perplexity.isStreamed)
    #expect(perplexity.peak < 150e6, "\(perplexity)")
  }

  @Test func tooLittleIsRefused() throws {
    let fixture = Fixture.path("qwen2-kjv")
    let verify = ["verify", fixture, fixture, "--tokens", fixture + "/eval.tokens.json"]
    let tight = try Executable.run(verify + ["--chunks", "1", "--max-memory", "1MB"])
    #expect(tight.code == 65)
    #expect(tight.stderr.contains("--max-memory"))
    #expect(tight.stderr.contains("shorter --context"))
    for size in ["12XB", "", "-1GB", "nanGB", "1e30", "GB", "0"] {
      #expect(try Executable.run(verify + ["--max-memory=\(size)"]).code == 64, "\(size)")
    }
  }
}
