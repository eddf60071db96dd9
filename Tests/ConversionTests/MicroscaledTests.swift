import Architectures
import Checkpoints
import Containers
import Foundation
@testable import Quantization
import Tensors
import TestSupport
import Testing

@testable import Conversion

/// Experts that a checkpoint holds as MXFP4, in blocks and scales.
@Suite struct MicroscaledTests {
  let scratch: Scratch
  static let path = Families.path("gpt-oss-mxfp4")

  init() throws { scratch = try Scratch() }

  private func restore(_ path: String, as type: DType?, _ name: String) throws -> String {
    let plan = try ConversionPlan.safetensors(Model(Checkpoint(path: path)), type: type)
    let directory = scratch.file(name)
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    _ = try Executor(plan, threads: 2).run(to: directory + "/model.safetensors")
    for companion in plan.companions {
      try Data(companion.bytes).write(to: URL(filePath: directory + "/" + companion.name))
    }
    return directory
  }

  private func bytes(_ directory: String) throws -> [String: [UInt8]] {
    let file = try SafetensorsFile(path: directory + "/model.safetensors")
    return try Dictionary(
      uniqueKeysWithValues: file.tensors.map { ($0.name, Array(try file.mapped($0))) })
  }

  private func packing(_ directory: String) throws -> String? {
    try Checkpoint(path: directory).config?.present("quantization_config")?
      .present("quant_method")?.string
  }

  /// llama.cpp's GGUF remembers nothing, and that its experts are MXFP4 says enough.
  @Test func llamaCppsFileBecomesBlocksAndScales() throws {
    let back = try restore(Self.path + "/convert.gguf", as: nil, "back")
    let (ours, theirs) = (try bytes(back), try bytes(Self.path))
    let experts = theirs.keys.filter { $0.hasSuffix("_blocks") || $0.hasSuffix("_scales") }
    #expect(experts.count == 8)
    for name in experts { #expect(ours[name] == theirs[name], "\(name)") }
    #expect(Set(ours.keys) == Set(theirs.keys))
    #expect(try packing(back) == "mxfp4")
  }

  /// A copy without a GGUF between.
  @Test func aCopyIsTheSame() throws {
    let copy = try restore(Self.path, as: nil, "copy")
    #expect(try bytes(copy) == bytes(Self.path))
    #expect(try packing(copy) == "mxfp4")
  }

  /// BF16 holds every value of MXFP4: the experts are written as transformers has them unpacked.
  @Test(arguments: [DType.bf16, .f32])
  func unpackedExpertsAreWrittenInTheirOwnLayout(_ type: DType) throws {
    let unpacked = try restore(Self.path, as: type, "unpacked")
    let model = try Model(Checkpoint(path: unpacked))
    #expect(model.layout == 0)
    #expect(try packing(unpacked) == nil)
    let (source, key) = (
      try Families.model("gpt-oss-mxfp4"), Model.Key(.ffnUpExps, block: 1)
    )
    let tensor = try #require(source.ggufTensors.first { $0.name == "blk.1.ffn_up_exps.weight" })
    let values = try [source, model].map { model -> [Float] in
      let plan = try GGUFSource(model, carriesSource: false).plan(
        Recipe(
          preset: try #require(Preset.named("F32")),
          types: model.ggufTensors.map { _ in .f32 }))
      let path = scratch.file("\(model.layout).gguf")
      _ = try Executor(plan, threads: 1).run(to: path)
      let file = try GGUFFile(path: path)
      return try file.floats(of: #require(file.tensor(named: tensor.name)))
    }
    #expect(values[0] == values[1] && values[0].contains { abs($0) > 1 })
    #expect(model[key].count == 1)
  }

  /// Only what the method says is read that way.
  @Test func anotherMethodIsRefused() throws {
    let directory = scratch.file("other")
    try FileManager.default.copyItem(atPath: Self.path, toPath: directory)
    let config = URL(filePath: directory + "/config.json")
    let text = try String(contentsOf: config, encoding: .utf8)
    try text.replacing("\"mxfp4\"", with: "\"nf4\"").write(
      to: config, atomically: true, encoding: .utf8)
    let error = #expect(throws: FormatError.self) { try Model(Checkpoint(path: directory)) }
    #expect(error?.kind == .unknown && error?.subject == "quantization_config")
  }

  /// Quantizing decodes them like any other source.
  @Test func packedExpertsKeepTheirBytesInThePresetOfTheirType() throws {
    let model = try Families.model("gpt-oss-mxfp4")
    for (name, isKept) in [("MXFP4_MOE", true), ("Q8_0", false), ("F16", true)] {
      let recipe = Recipe(TypeChoices(try #require(Preset.named(name))), for: model)
      let plan = try GGUFSource(model, carriesSource: false).plan(recipe)
      _ = try Executor(plan, threads: 2).run(to: scratch.file(name))
      let ours = try GGUFFile(path: scratch.file(name))
      let theirs = try GGUFFile(path: Self.path + "/convert.gguf")
      let expert = try #require(ours.tensor(named: "blk.0.ffn_down_exps.weight"))
      #expect(expert.dtype == (isKept ? .mxfp4 : .q8_0))
      if isKept { #expect(try ours.mapped(expert).elementsEqual(theirs.mapped(expert))) }
      #expect(ours.metadata["general.file_type"]?.int == (isKept ? 38 : 7))
    }
  }
}
