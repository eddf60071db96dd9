import Architectures
import Checkpoints
import Containers
import Foundation
import Quantization
import Tensors
import TestSupport
import Testing

/// Against what llama.cpp's own selection test expects (Fixtures/record/presets.py), on checkpoints
/// of the real shapes.
@Suite struct PresetTests {
  struct Golden: Decodable {
    struct Mix: Decodable {
      let base: String
      /// Type, then role, then layers; nil is the whole model.
      let tensors: [String: [String: [Int?]]]
    }
    let model: [String: Int]
    let presets: [String: Mix]

    static func load(_ name: String) throws -> Golden {
      let path = Fixture.path("presets/\(name).json")
      return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: URL(filePath: path)))
    }

    func types(of preset: String) -> [String: String] {
      var types: [String: String] = [:]
      for (type, roles) in presets[preset]?.tensors ?? [:] {
        for (role, layers) in roles {
          for layer in layers { types[layer.map { "blk.\($0).\(role)" } ?? role] = type }
        }
      }
      return types
    }
  }

  static let models: [(String, Architecture)] = [
    ("qwen3-0.6b", .qwen3), ("qwen3-14b", .qwen3), ("meta-llama-3.1-70b-instruct", .llama),
    ("mixtral", .mixtral),
  ]

  @Test(arguments: models)
  func typesAreLlamaQuantizes(_ name: String, _ family: Architecture) throws {
    let golden = try Golden.load(name)
    let scratch = try Scratch()
    func number(_ key: String) -> String { "\(golden.model[key] ?? 0)" }
    let headSize = golden.model["n_expert"] == nil ? 128 : 32
    let config = """
      {"architectures": ["\(family.huggingFace[0])"], "model_type": "\(family.modelType)",
       "hidden_size": \(number("n_embd")), "intermediate_size": \(number("n_ff")),
       "num_hidden_layers": \(number("n_layer")), "num_attention_heads": \(number("n_head")),
       "num_key_value_heads": \(number("n_head_kv")), "head_dim": \(headSize),
       "num_local_experts": \(number("n_expert")), "num_experts_per_tok": 2,
       "vocab_size": \(number("n_vocab")), "max_position_embeddings": 32768, "rms_norm_eps": 1e-6,
       "rope_theta": 1000000, "tie_word_embeddings": false, "hidden_act": "silu"}
      """
    try HollowCheckpoint.write(config, family: family, at: scratch.path)
    let model = try Model(Checkpoint(path: scratch.path))
    var compared = 0
    for (presetName, mix) in golden.presets {
      let preset = try #require(Preset.named(presetName), "\(presetName)")
      let recipe = Recipe(TypeChoices(preset), for: model)
      let expected = golden.types(of: presetName)
      for (file, type) in zip(model.ggufTensors, recipe.types) where file.shape.dimensions.count > 1
      {
        let tensor = file.name
        // Of a dry run, tensors that keep their type are not recorded.
        guard let wanted = expected[tensor] ?? (mix.base == "none" ? nil : mix.base) else {
          #expect(!type.isQuantized, "\(presetName) \(tensor)")
          continue
        }
        #expect(type.name.lowercased() == wanted.lowercased(), "\(presetName) \(tensor)")
        compared += 1
      }
    }
    #expect(compared > 28 * 28 * 7)
  }

  @Test func everyPresetButTheNewestIsCompared() throws {
    let compared = Set(try Golden.load("qwen3-14b").presets.keys)
    let rest = Preset.all.map(\.name).filter { !compared.contains($0) }
    #expect(Set(rest).isSubset(of: ["Q1_0", "Q2_0", "COPY"]))
  }

  private func kjv(_ change: (inout TypeChoices) throws -> Void) throws -> (Model, [String: DType])
  {
    let model = try Model(Checkpoint(path: Fixture.path("qwen2-kjv")))
    var choices = TypeChoices(try #require(Preset.named("Q4_K_M")))
    try change(&choices)
    let recipe = Recipe(choices, for: model)
    let names = model.ggufTensors.map(\.name)
    return (model, Dictionary(uniqueKeysWithValues: zip(names, recipe.types)))
  }

  @Test func theFirstOverrideThatMatchesWins() throws {
    let (_, types) = try kjv {
      $0.overrides = try TypeOverride.all(in: "blk\\.1\\..*down=q8_0\n ffn_down=iq4_nl attn_v=Q5_K")
    }
    #expect(types["blk.1.ffn_down.weight"] == .q8_0)
    #expect(types["blk.0.ffn_down.weight"] == .iq4_nl)
    #expect(types["blk.5.attn_v.weight"] == .q5_K)
    #expect(types["blk.5.attn_v.bias"] == .f32)
    #expect(types["blk.0.attn_q.weight"] == .q4_K)
  }

  /// llama-quantize does not count a tensor whose type was given: the rules see one layer fewer.
  @Test func rulesCountOnlyWhatTheyDecide() throws {
    let (_, types) = try kjv { $0.overrides = [try TypeOverride("blk.0.attn_v=q8_0")] }
    let (_, usual) = try kjv { _ in }
    #expect(usual["blk.2.attn_v.weight"] == .q6_K && usual["blk.3.attn_v.weight"] == .q4_K)
    #expect(types["blk.2.attn_v.weight"] == .q4_K && types["blk.3.attn_v.weight"] == .q6_K)
  }

  @Test func choicesForTheEndsOfTheModel() throws {
    #expect(try kjv { $0.isPure = true }.1["token_embd.weight"] == .q4_K)
    #expect(try kjv { $0.output = .q8_0 }.1["token_embd.weight"] == .q8_0)
    #expect(try kjv { $0.tokenEmbedding = .q5_K }.1["token_embd.weight"] == .q5_K)
    let (model, types) = try kjv { $0.preset = try #require(Preset.named("COPY")) }
    for tensor in model.ggufTensors {
      #expect(types[tensor.name] == model.sourceType(of: tensor))
    }
  }

  @Test(arguments: ["=q4_K", "attn_q", "attn_q=", "attn_q=q9_Z", "(=q4_K", "attn_q=i32", "x=q8_K"])
  func overridesThatMeanNothingAreRefused(_ text: String) {
    #expect(throws: FormatError.self) { try TypeOverride(text) }
  }

  @Test func aSavedRecipeIsTheSame() throws {
    let model = try Model(Checkpoint(path: Fixture.path("qwen2-kjv")))
    let recipe = Recipe(TypeChoices(try #require(Preset.named("IQ3_M"))), for: model)
    let text = recipe.json(for: model).serialized(pretty: true)
    let json = try JSON(Array(text.utf8), file: "recipe.json")
    #expect(try Recipe(json: json, file: "recipe.json", for: model).types == recipe.types)

    for damage in [
      ("\"Q6_K\"", "\"Q6_Z\""), ("blk.0.attn_q", "blk.9.attn_q"), ("assay_recipe\": 1", "x\": 1"),
      ("IQ3_M", "IQ9_M"),
    ] {
      let broken = text.replacing(damage.0, with: damage.1)
      #expect(broken != text, "\(damage)")
      let json = try JSON(Array(broken.utf8), file: "recipe.json")
      #expect(throws: FormatError.self, "\(damage)") {
        try Recipe(json: json, file: "recipe.json", for: model)
      }
    }
    let other = try Families.model(Families.all[0])
    #expect(throws: FormatError.self) { try Recipe(json: json, file: "recipe.json", for: other) }
  }
}
