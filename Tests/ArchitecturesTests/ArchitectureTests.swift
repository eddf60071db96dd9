import Architectures
import Checkpoints
import Containers
import TestSupport
import Testing

/// Holds every family's description against itself. A new family needs no new test.
@Suite struct ArchitectureTests {
  @Test(arguments: Architecture.all.map(\.modelType))
  func everyRoleOfTheOpsHasATensor(_ name: String) throws {
    let family = try #require(Architecture.all.first { $0.modelType == name })
    let described = Set(family.tensors.map(\.role))
    let used = family.ops.flatMap(\.roles)
    #expect(used.allSatisfy(described.contains))
    let generated = Set(family.tensors.filter(\.isGenerated).map(\.role))
    let unused = described.subtracting(used).subtracting(generated).subtracting([.tokenEmbd])
    #expect(unused.isEmpty, "described but never computed with")
  }

  @Test func familiesAreCovered() {
    let recorded = Set(Families.all.compactMap { try? Families.model($0).architecture.modelType })
    #expect(
      recorded == Set(Architecture.all.map(\.modelType)), "a family without a recorded checkpoint")
  }

  @Test(arguments: Families.all)
  func everyTensorAndKeyIsUnderstood(_ name: String) throws {
    let model = try Families.model(name)
    // Each tensor of a vision tower is named, and nothing else.
    #expect(model.problems.allSatisfy { $0.code == "other-part" })
    #expect(model.slots.count + model.problems.count == model.checkpoint.tensors.tensors.count)
    #expect(model.problems.isEmpty == model.architecture.otherParts.isEmpty)
  }

  /// Whatever the family has no use for is a warning, which --strict refuses.
  @Test(arguments: Families.all.filter { $0 != "llama-sharded" })
  func nothingIsIgnoredSilently(_ name: String) throws {
    let scratch = try Scratch()
    let path = scratch.file("model")
    let tensor = "model.layers.0.self_attn.bogus_proj.weight"
    try Families.copy(name, to: path, adding: tensor, changing: ["attention_wobble": 3])
    let known = try Families.model(name).problems.map(\.subject)
    let found = try Model(Checkpoint(path: path)).problems.filter { !known.contains($0.subject) }
    #expect(Set(found.map(\.subject)) == [tensor, "attention_wobble"])
    #expect(found.allSatisfy { $0.severity == .warning })
  }

  @Test(arguments: Families.all)
  func theConfigSurvivesBothWays(_ name: String) throws {
    let model = try Families.model(name)
    let written = model.architecture.config.huggingFace(model.parameters, model.architecture)
    let read = try model.architecture.config.read(
      huggingFace: JSON(Array(written.serialized().utf8), file: "config.json"),
      file: "config.json", embeddingRows: nil)
    #expect(read.parameters == model.parameters)
    #expect(read.problems.isEmpty)
    guard Families.hasGGUF(name) else { return }
    let gguf = try Model(Checkpoint(path: Families.path(name) + "/convert.gguf"))
    #expect(gguf.parameters == model.parameters, "llama.cpp's conversion says the same numbers")
  }

  @Test(arguments: Families.all.filter(Families.hasOldConfig))
  func theOldConfigLayoutSaysTheSame(_ name: String) throws {
    let model = try Families.model(name)
    let file = try FileBytes(path: Families.path(name) + "/config.old.json")
    let read = try model.architecture.config.read(
      huggingFace: JSON(file.contents(), file: file.path), file: file.path,
      embeddingRows: nil)
    #expect(read.parameters == model.parameters)
    #expect(read.problems.isEmpty)
  }

  /// Most fixtures without llama.cpp's conversion have something that GGUF cannot say.
  @Test(arguments: Families.all)
  func whatLlamaCppDoesNotKnow(_ name: String) throws {
    let expected = [
      "gemma2-scale": ["query_pre_attn_scalar"],
      "gemma3-scale": ["layer_types", "query_pre_attn_scalar"],
      "gptneox-base": ["rotary_emb_base"], "llama-dynamic-rope": ["rope_scaling"],
      "mistral-window": ["sliding_window"], "phi3": ["sliding_window"],
      "qwen-long": ["use_dynamic_ntk", "use_logn_attn"], "qwen-partial": ["use_dynamic_ntk"],
      "qwen2moe-sparse": ["norm_topk_prob", "decoder_sparse_step"],
      "qwen3moe-unnormalized": ["norm_topk_prob"], "smollm3-layers": ["no_rope_layers"],
      "starcoder2-window": ["sliding_window"],
    ]
    let found = try Families.model(name).unknownToLlamaCpp
    #expect(found.map(\.subject) == expected[name] ?? [])
    #expect(found.allSatisfy { $0.severity == .warning })
  }

  @Test(arguments: [(8, 2), (12, 3), (64, 1)])
  func transformsAreInverse(_ rows: Int, _ heads: Int) {
    for transform in [Transform.interleaveHalves(heads: heads), .separatePairs(heads: heads)] {
      let there = (0..<rows).map { transform.source(of: $0, rows: rows) }
      let back = (0..<rows).map { there[transform.inverse.source(of: $0, rows: rows)] }
      #expect(back == Array(0..<rows))
      #expect(there != back || rows / heads <= 2)
    }
  }
}
