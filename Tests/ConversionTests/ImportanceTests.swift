import Architectures
import Checkpoints
import Containers
@testable import Conversion
import Foundation
import Quantization
import Tensors
import TestSupport
import Testing

@Suite struct ImportanceTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func plan(_ type: String, importance: ImportanceMatrix?) throws -> ConversionPlan {
    let model = try Model(Checkpoint(path: Fixture.path("qwen2-kjv")))
    var choices = TypeChoices(try #require(Preset.named(type)))
    choices.hasImportance = importance != nil
    return try GGUFSource(model, carriesSource: false)
      .plan(Recipe(choices, for: model), importance: importance)
  }

  /// llama-quantize's files with the same matrix, byte for byte, but for the path that it was given.
  @Test(arguments: ["Q2_K", "Q3_K_M", "Q4_K_M", "IQ2_S"])
  func filesEqualLlamaCpp(_ type: String) throws {
    let importance = try ImportanceMatrix(path: Fixture.path("qwen2-kjv/gguf/imatrix.gguf"))
    let path = scratch.file("ours.gguf")
    _ = try Executor(plan(type, importance: importance), threads: 2).run(to: path)
    let ours = try GGUFFile(path: path)
    let theirs = try GGUFFile(path: Fixture.path("qwen2-kjv/gguf/qwen2-kjv-\(type)-imatrix.gguf"))
    #expect(ours.metadata.entries.map(\.key) == theirs.metadata.entries.map(\.key))
    for (key, value) in theirs.metadata.entries where key != "quantize.imatrix.file" {
      #expect(ours.metadata[key] == value, "\(key)")
    }
    #expect(ours.metadata["quantize.imatrix.file"]?.string?.hasSuffix("imatrix.gguf") == true)
    #expect(ours.tensors == theirs.tensors)
    for tensor in theirs.tensors {
      let (a, b) = (try ours.location(of: tensor), try theirs.location(of: tensor))
      #expect(
        try a.file.bytes(a.offset..<a.offset + tensor.byteCount)
          == b.file.bytes(b.offset..<b.offset + tensor.byteCount), "\(tensor.name)")
    }
  }

  @Test(arguments: ["IQ2_XXS", "IQ1_M", "IQ3_XXS", "Q2_K_S"])
  func typesThatNeedImportanceSaySo(_ type: String) throws {
    let error = #expect(throws: FormatError.self) { try plan(type, importance: nil) }
    #expect(error?.kind == .missing)
    #expect(error?.remedy.contains("--imatrix") == true)
  }

  /// Weights of a matrix of several experts go to each expert's own rows.
  @Test func expertsHaveTheirOwnWeights() throws {
    let (experts, rows, length) = (3, 5, 256)
    let count = experts * rows * length
    var random = SystemRandomNumberGenerator()
    let values = (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
    let importance = (0..<experts * length).map { _ in Float.random(in: 0...9, using: &random) }
    let shape = Shape([experts, rows, length])
    let source = try #require(TensorInfo(name: "x", dtype: .f32, shape: shape))
    let target = try #require(TensorInfo(name: "x", dtype: .q4_K, shape: shape))
    let input = try SafetensorsWriter.layout([source], metadata: Metadata())
    let bytes =
      input.header
      + values.flatMap { value in
        (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0)) }
      }
    try Data(bytes).write(to: URL(filePath: scratch.file("in.safetensors")))
    let plan = ConversionPlan(
      source: try SafetensorsFile(path: scratch.file("in.safetensors")),
      drafts: [
        .init(
          source: .tensor(source), info: target, importance: importance)
      ],
      layout: try GGUFWriter.layout([target], metadata: Metadata()), fallbacks: [], problems: [])
    _ = try Executor(plan, threads: 2).run(to: scratch.file("out.gguf"))
    let output = try GGUFFile(path: scratch.file("out.gguf"))
    let place = try output.location(of: target)
    let found = try place.file.bytes(place.offset..<place.offset + target.byteCount)

    var expected = [UInt8](repeating: 0, count: target.byteCount)
    let expertBytes = target.byteCount / experts
    expected.withUnsafeMutableBytes { expected in
      for expert in 0..<experts {
        values[expert * rows * length..<(expert + 1) * rows * length].withUnsafeBufferPointer {
          values in
          importance[expert * length..<(expert + 1) * length].withUnsafeBufferPointer {
            BlockFormat.q4_K.encode(
              values, rowLength: length, importance: $0,
              into: UnsafeMutableRawBufferPointer(
                rebasing: expected[expert * expertBytes..<(expert + 1) * expertBytes]))
          }
        }
      }
    }
    #expect(found == expected)
  }

  /// A NaN ends the run with its place, or becomes zero and is reported.
  @Test func valuesThatAreNotFinite() throws {
    let shape = Shape([4, 64])
    var values = [Float](repeating: 0.5, count: 256)
    values[3 * 64 + 17] = .nan
    let source = try #require(TensorInfo(name: "x", dtype: .f32, shape: shape))
    let target = try #require(TensorInfo(name: "x", dtype: .q8_0, shape: shape))
    let input = try SafetensorsWriter.layout([source], metadata: Metadata())
    let bytes =
      input.header
      + values.flatMap { value in
        (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0)) }
      }
    try Data(bytes).write(to: URL(filePath: scratch.file("in.safetensors")))
    let plan = ConversionPlan(
      source: try SafetensorsFile(path: scratch.file("in.safetensors")),
      drafts: [.init(source: .tensor(source), info: target)],
      layout: try GGUFWriter.layout([target], metadata: Metadata()), fallbacks: [], problems: [])
    var executor = Executor(plan, threads: 1)
    let error = #expect(throws: FormatError.self) {
      try executor.run(to: scratch.file("out.gguf"))
    }
    #expect(error?.found?.contains("row 3, column 17") == true)
    executor.nonFinite = .zero
    let outcome = try executor.run(to: scratch.file("out.gguf"))
    #expect(outcome.problems.map(\.code) == ["non-finite"])
    let output = try GGUFFile(path: scratch.file("out.gguf"))
    let place = try output.location(of: target)
    let found = try place.file.bytes(place.offset..<place.offset + target.byteCount)
    // Blocks of a half scale and 32 signed bytes: block 6 holds elements 192 to 223 of 256.
    #expect(found[6 * 34 + 2 + 17] == 0 && found[6 * 34 + 2 + 16] == 127)
  }
}
