import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct InspectTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The sizes that inspect promises are those of the files that quantize then writes.
  @Test(arguments: ["qwen2-kjv", "qwen2-kjv/gguf/qwen2-kjv-BF16.gguf", "families/llama3-rope"])
  func sizesAreExact(_ name: String) throws {
    let model = Fixture.path(name)
    let promised = try #require(
      try Executable.json(["inspect", model])["gguf_bytes"] as? [String: Int])
    #expect(Set(promised.keys) == ["Q4_K_M", "Q6_K", "Q8_0", "BF16"])
    for (type, bytes) in promised {
      let path = scratch.file(type)
      let written = try Executable.json(["quantize", model, "--type", type, "-o", path])
      #expect(written["bytes"] as? Int == bytes)
      #expect(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int == bytes)
    }
  }

  /// Keys and values of the one layer that attends, and what the other remembers: 3 inputs of a
  /// convolution over 160 channels, and 6 heads of 16 × 16.
  @Test func aHybridsCache() throws {
    let said = try Executable.json(["inspect", Families.path("qwen35")])
    #expect(said["cache_bytes_per_token"] as? Int == 2 * (32 + 32))
    #expect(said["state_bytes"] as? Int == 4 * (3 * 160 + 6 * 16 * 16))
    let plain = try Executable.json(["inspect", Families.path("qwen3")])
    #expect(plain["state_bytes"] as? Int == nil)
  }

  /// What runtimes keep of a token: of latent attention, one vector and what rope rotates.
  @Test(arguments: [
    ("families/deepseek-v3", 2 * 2 * (32 + 8)), ("families/qwen3", 2 * 2 * 2 * 2 * 32),
  ])
  func cacheIsCounted(_ name: String, _ bytes: Int) throws {
    let said = try Executable.json(["inspect", Fixture.path(name)])
    #expect(said["cache_bytes_per_token"] as? Int == bytes)
  }

  /// The same licence and origin before and after the conversion.
  @Test func licenceAndBaseModel() throws {
    let model = scratch.file("model")
    try FileManager.default.copyItem(atPath: Families.path("qwen3"), toPath: model)
    try FileManager.default.removeItem(atPath: model + "/convert.gguf")
    let card = "---\nlicense: other\nlicense_name: mine\nbase_model: [a/b, c/d]\n---\n"
    try Data(card.utf8).write(to: URL(filePath: model + "/README.md"))
    let file = scratch.file("there.gguf")
    #expect(try Executable.run(["convert", model, "-o", file]).code == 0)
    for input in [model, file] {
      let said = try Executable.json(["inspect", input])
      #expect(said["license"] as? String == "other: mine")
      #expect(said["base_models"] as? [String] == ["a/b", "c/d"])
    }
  }

  /// What llama.cpp does not do of a model is a warning, before the conversion and after it.
  @Test(arguments: [
    ("qwen-long", ["use_dynamic_ntk", "use_logn_attn"]), ("mistral-window", ["sliding_window"]),
    ("qwen", []),
  ])
  func whatLlamaCppIgnores(_ name: String, _ keys: [String]) throws {
    let file = scratch.file("there.gguf")
    #expect(try Executable.run(["convert", Families.path(name), "-o", file]).code == 0)
    for input in [Families.path(name), file] {
      let problems = try #require(
        try Executable.json(["inspect", input])["problems"] as? [[String: Any]])
      let found = problems.filter { $0["code"] as? String == "unknown-to-llama.cpp" }
      #expect(found.compactMap { $0["subject"] as? String } == keys)
      #expect(found.allSatisfy { $0["severity"] as? String == "warning" })
    }
    let strict = ["convert", Families.path(name), "--strict", "--force", "-o", file]
    #expect(try Executable.run(strict).code == (keys.isEmpty ? 0 : 65))
  }
}
