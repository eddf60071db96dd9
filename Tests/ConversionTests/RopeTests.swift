import Architectures
import Checkpoints
import Containers
import Conversion
import Foundation
import Quantization
import TestSupport
import Testing

/// Llama 3's rope scaling is numbers in config.json and a tensor of divisors in GGUF.
@Suite struct RopeTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  struct Recipe: Sendable {
    var base: Float = 5_000
    let factor: Float
    var low: Float = 1, high: Float = 4
    let context: Int

    var scaling: RopeScaling {
      .llama3(factor: factor, lowFreqFactor: low, highFreqFactor: high, originalContext: context)
    }
  }

  /// llama3-rope with another recipe in its config, as a GGUF.
  private func gguf(_ recipe: Recipe, carriesSource: Bool) throws -> Model {
    let directory = scratch.file("model")
    try? FileManager.default.removeItem(atPath: directory)
    try FileManager.default.copyItem(atPath: Families.path("llama3-rope"), toPath: directory)
    try FileManager.default.removeItem(atPath: directory + "/convert.gguf")
    var config = JSONValue(
      try JSON(FileBytes(path: directory + "/config.json").contents(), file: ""))
    config["rope_parameters"] = [
      "rope_type": "llama3", "rope_theta": .double(Double(recipe.base)),
      "factor": .double(Double(recipe.factor)), "low_freq_factor": .double(Double(recipe.low)),
      "high_freq_factor": .double(Double(recipe.high)),
      "original_max_position_embeddings": .int(recipe.context),
    ]
    try Data(config.serialized().utf8).write(to: URL(filePath: directory + "/config.json"))
    let model = try Model(Checkpoint(path: directory))
    let recipe = Quantization.Recipe(TypeChoices(try #require(Preset.named("BF16"))), for: model)
    let plan = try GGUFSource(model, carriesSource: carriesSource).plan(recipe)
    _ = try Executor(plan, threads: 1).run(to: scratch.file("there.gguf"))
    defer { try? FileManager.default.removeItem(atPath: scratch.file("there.gguf")) }
    return try Model(Checkpoint(path: scratch.file("there.gguf")))
  }

  private func config(_ plan: ConversionPlan) throws -> JSON {
    let file = try #require(plan.companions.first { $0.name == "config.json" })
    return try JSON(file.bytes, file: file.name)
  }

  private func scaling(_ plan: ConversionPlan) throws -> RopeScaling {
    try Architecture.llama.config.read(
      huggingFace: config(plan), file: "config.json", embeddingRows: nil
    ).parameters.ropeScaling
  }

  @Test(arguments: [
    Recipe(factor: 8, context: 8192), Recipe(factor: 32, context: 8192),
    Recipe(base: 500_000, factor: 16, context: 8192), Recipe(factor: 5.5, context: 2048),
    Recipe(factor: 8, context: 40_960), Recipe(factor: 4, high: 8, context: 3_000),
    Recipe(base: 10_000, factor: 2, high: 16, context: 1_000),
  ])
  func aBareGGUFGivesTheRecipeBack(_ recipe: Recipe) throws {
    let back = try ConversionPlan.safetensors(gguf(recipe, carriesSource: false), type: nil)
    #expect(try scaling(back) == recipe.scaling)
    #expect(!back.problems.contains { $0.code == "rope-factors-lost" })
  }

  /// What llama.cpp's converter made of it, with torch's rounding of the divisors.
  @Test func llamaCppsFileGivesTheRecipeBack() throws {
    let theirs = try Model(Checkpoint(path: Families.path("llama3-rope") + "/convert.gguf"))
    let back = try ConversionPlan.safetensors(theirs, type: nil)
    #expect(try scaling(back) == Families.model("llama3-rope").parameters.ropeScaling)
  }

  /// Numbers that divisors leave open: several recipes compute the same, and ours is remembered.
  @Test(arguments: [
    Recipe(factor: 8, low: 1.5, high: 5, context: 3_000),
    Recipe(factor: 8, low: 3, high: 12, context: 24_576),
  ])
  func aRememberedConfigIsExact(_ recipe: Recipe) throws {
    let model = try gguf(recipe, carriesSource: true)
    let back = try ConversionPlan.safetensors(model, type: nil)
    #expect(try scaling(back) == recipe.scaling)
    #expect(
      back.problems.allSatisfy { $0.code != "stale-config" && $0.code != "rope-factors-lost" })
    let file = try #require(back.companions.first { $0.name == "config.json" })
    let source = try FileBytes(path: scratch.file("model/config.json"))
    #expect(try file.bytes == source.contents())
  }

  @Test func divisorsOfNoRecipeAreReported() throws {
    let recipe = Recipe(factor: 8, low: 1.5, high: 5, context: 3_000)
    let back = try ConversionPlan.safetensors(gguf(recipe, carriesSource: false), type: nil)
    let problem = try #require(back.problems.first { $0.code == "rope-factors-lost" })
    #expect(problem.severity == .warning && problem.subject == "rope_freqs.weight")
    #expect(try config(back).present("rope_scaling") == nil)
  }

  /// A copy of a family's checkpoint with LongRoPE in its config.
  private func longRope(_ family: String, original: Int, pairs: Int) throws -> Model {
    let directory = scratch.file(family)
    try FileManager.default.copyItem(atPath: Families.path(family), toPath: directory)
    var config = JSONValue(
      try JSON(FileBytes(path: directory + "/config.json").contents(), file: ""))
    func factors(_ step: Double) -> JSONValue {
      .array((0..<pairs).map { .double(1 + step * Double($0)) })
    }
    config["rope_parameters"] = [
      "rope_type": "longrope", "rope_theta": .double(10_000), "short_factor": factors(0.125),
      "long_factor": factors(1), "original_max_position_embeddings": .int(original),
    ]
    try Data(config.serialized().utf8).write(to: URL(filePath: directory + "/config.json"))
    return try Model(Checkpoint(path: directory))
  }

  private func plan(_ model: Model, carriesSource: Bool) throws -> ConversionPlan {
    let recipe = Quantization.Recipe(TypeChoices(try #require(Preset.named("BF16"))), for: model)
    return try GGUFSource(model, carriesSource: carriesSource).plan(recipe)
  }

  /// The forward pass takes the factors from config.json; a GGUF of most families has no place for
  /// them, and one without them would be another model.
  @Test(arguments: ["llama", "qwen3", "olmo2", "mistral"])
  func longRopeThatAGGUFCannotStateIsRefused(_ family: String) throws {
    let pairs = try Families.model(family).parameters.rotatedLength / 2
    let model = try longRope(family, original: 64, pairs: pairs)
    guard case .longRope(let recipe) = model.parameters.ropeScaling else {
      Issue.record("\(model.parameters.ropeScaling)")
      return
    }
    #expect(recipe.long.count == pairs && recipe.attentionFactor > 1)
    let error = #expect(throws: FormatError.self) { try plan(model, carriesSource: true) }
    #expect(error?.kind == .unknown && error?.found == "longrope")
    #expect(error?.file?.hasSuffix("config.json") == true)
  }

  /// A list that is no list of factors never gets as far.
  @Test func factorsOfAnotherLengthAreRefused() throws {
    let error = #expect(throws: FormatError.self) {
      try longRope("llama", original: 64, pairs: 5)
    }
    #expect(error?.kind == .damaged && error?.found == "5")
  }

  /// MiniCPM's GGUF has the factors only; what it does not say is reported, and remembered.
  @Test func numbersBesideTheFactorsAreRemembered() throws {
    let model = try longRope("minicpm", original: 64, pairs: 8)
    let plain = try plan(model, carriesSource: false)
    #expect(plain.problems.contains { $0.code == "rope-numbers-lost" })
    _ = try Executor(plan(model, carriesSource: true), threads: 1).run(
      to: scratch.file("there.gguf"))
    let there = try Model(Checkpoint(path: scratch.file("there.gguf")))
    #expect(there.parameters.ropeScaling == model.parameters.ropeScaling)
    let usual = try plan(Families.model("minicpm-long"), carriesSource: false)
    #expect(!usual.problems.contains { $0.code == "rope-numbers-lost" })
  }
}
