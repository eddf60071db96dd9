import Architectures
import Checkpoints
import Containers
import Conversion
import Foundation
import Quantization
import Reference
import Tensors
import TestSupport
import Testing

/// Weights in FP8 with scales, as DeepSeek publishes V3: the model of the values that they stand for.
@Suite struct PackedWeightsTests {
  let scratch: Scratch
  let packed: String
  let plain: String

  /// DeepSeek V3 in small numbers with the matrices of its layers packed, and the same unpacked.
  init() throws {
    scratch = try Scratch()
    packed = scratch.file("a/model")
    plain = scratch.file("b/model")
    let source = Families.path("deepseek-v3")
    for path in [packed, plain] {
      try FileManager.default.createDirectory(
        atPath: path + "/..", withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: source, toPath: path)
      try FileManager.default.removeItem(atPath: path + "/convert.gguf")
    }
    let file = try SafetensorsFile(path: source + "/model.safetensors")
    var tensors: [(TensorInfo, [UInt8])] = []
    for info in file.tensors {
      let bytes = try file.mapped(info)
      guard info.name.contains("_proj."), info.shape.dimensions.count == 2 else {
        tensors.append((info, Array(bytes)))
        continue
      }
      // Any bytes that are numbers are weights.
      let codes = (0..<info.elementCount).map { bytes[2 * $0] & 0xf7 }
      let rows = (info.shape.dimensions[0] + 15) / 16
      let columns = (info.shape.dimensions[1] + 31) / 32
      let scales = (0..<rows * columns).map { Float($0 % 7 + 1) / 300 }
      tensors.append((try Self.info(info.name, .f8_e4m3, info.shape.dimensions), codes))
      tensors.append(
        (
          try Self.info(info.name + "_scale_inv", .f32, [rows, columns]),
          scales.flatMap { scale in
            withUnsafeBytes(of: scale.bitPattern.littleEndian) { Array($0) }
          }
        ))
    }
    try Self.write(tensors, to: packed)
    var config = JSONValue(try JSON(FileBytes(path: source + "/config.json").contents(), file: ""))
    config["quantization_config"] = [
      "quant_method": "fp8", "fmt": "e4m3", "activation_scheme": "dynamic",
      "weight_block_size": [16, 32],
    ]
    try Data(config.serialized().utf8).write(to: URL(filePath: packed + "/config.json"))
    let unpacked = try Checkpoint(path: packed).tensors
    try Self.write(
      unpacked.tensors.map { ($0, Array(try unpacked.mapped($0))) }, to: plain)
  }

  private static func info(_ name: String, _ type: DType, _ shape: [Int]) throws -> TensorInfo {
    try #require(TensorInfo(name: name, dtype: type, shape: Shape(shape)))
  }

  private static func write(_ tensors: [(info: TensorInfo, bytes: [UInt8])], to path: String) throws
  {
    let layout = try SafetensorsWriter.layout(tensors.map(\.info), metadata: Metadata())
    var bytes = [UInt8](repeating: 0, count: layout.byteCount)
    bytes.replaceSubrange(0..<layout.header.count, with: layout.header)
    for (entry, tensor) in zip(layout.entries, tensors) {
      bytes.replaceSubrange(
        entry.offset..<entry.offset + tensor.bytes.count, with: tensor.bytes)
    }
    try Data(bytes).write(to: URL(filePath: path + "/model.safetensors"))
  }

  private func logits(_ path: String) throws -> [Float] {
    let reference = try ReferenceModel(Model(Checkpoint(path: path)))
    let pass = ForwardPass(reference, tokens: 9, context: 9, workers: Workers(threads: 2))
    try pass.run([3, 1, 4, 1, 5, 9, 2, 6, 5])
    var logits = [Float](repeating: 0, count: 9 * reference.model.parameters.vocabularySize)
    try logits.withUnsafeMutableBufferPointer { try pass.logits(of: 0..<9, into: $0) }
    return logits
  }

  @Test func itIsTheSameModel() throws {
    let model = try Model(Checkpoint(path: packed))
    #expect(model.problems.isEmpty)
    #expect(model.checkpoint.problems.map(\.code) == ["unpacked-fp8"])
    let (a, b) = (try logits(packed), try logits(plain))
    #expect(a == b && a.allSatisfy(\.isFinite) && a.contains { abs($0) > 0.1 })
  }

  @Test(arguments: ["F32", "BF16", "Q8_0"])
  func itsGGUFIsTheSame(_ type: String) throws {
    let preset = try #require(Preset.named(type))
    var files: [[UInt8]] = []
    for path in [packed, plain] {
      let model = try Model(Checkpoint(path: path))
      let plan = try GGUFSource(model, carriesSource: false).plan(
        Recipe(TypeChoices(preset), for: model))
      let target = scratch.file("out-\(type).gguf")
      _ = try Executor(plan, threads: 2).run(to: target)
      files.append(try FileBytes(path: target).contents())
      try FileManager.default.removeItem(atPath: target)
    }
    #expect(files[0] == files[1])
  }

  /// A copy of it is plain, and says nothing of how it was packed.
  @Test func aCopyIsPlain() throws {
    let plan = try ConversionPlan.safetensors(Model(Checkpoint(path: packed)), type: nil)
    let config = try #require(plan.companions.first { $0.name == "config.json" })
    #expect(try JSON(config.bytes, file: "")["quantization_config"] == nil)
    #expect(plan.steps.allSatisfy { $0.info.dtype != .f8_e4m3 })
  }

  @Test func otherPackingsAreRefused() throws {
    for packing in [["quant_method": "gptq", "bits": 4], ["quant_method": "fp8"]] as [JSONValue] {
      let url = URL(filePath: plain + "/config.json")
      var config = JSONValue(try JSON(FileBytes(path: url.path).contents(), file: ""))
      config["quantization_config"] = packing
      try Data(config.serialized().utf8).write(to: url)
      let error = #expect(throws: FormatError.self) { try Model(Checkpoint(path: plain)) }
      #expect(error?.kind == .unknown && error?.subject?.hasPrefix("quantization_config") == true)
    }
  }
}
