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

  /// A plan that writes `values`, an F32 tensor, as `target`.
  private func plan(_ values: [Float], as target: TensorInfo, importance: [Float]? = nil) throws
    -> ConversionPlan
  {
    let source = try #require(TensorInfo(name: target.name, dtype: .f32, shape: target.shape))
    let input = try SafetensorsWriter.layout([source], metadata: Metadata())
    let body = values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
    try Data(input.header + body).write(to: URL(filePath: scratch.file("in.safetensors")))
    return ConversionPlan(
      source: try SafetensorsFile(path: scratch.file("in.safetensors")),
      drafts: [.init(source: .tensor(source), info: target, importance: importance)],
      layout: try GGUFWriter.layout([target], metadata: Metadata()), fallbacks: [], problems: [])
  }

  private func bytes(of tensor: TensorInfo, in name: String) throws -> [UInt8] {
    let place = try GGUFFile(path: scratch.file(name)).location(of: tensor)
    return try place.file.bytes(place.offset..<place.offset + tensor.byteCount)
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
    let plan = try plan(type, importance: nil)
    let error = #expect(throws: FormatError.self) {
      try Executor(plan, threads: 1).run(to: scratch.file("out.gguf"))
    }
    #expect(error == plan.obstacle && error?.kind == .missing)
    #expect(!FileManager.default.fileExists(atPath: scratch.file("out.gguf")))
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
    let target = try #require(TensorInfo(name: "x", dtype: .q4_K, shape: shape))
    let plan = try plan(values, as: target, importance: importance)
    _ = try Executor(plan, threads: 2).run(to: scratch.file("out.gguf"))
    let found = try bytes(of: target, in: "out.gguf")

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

  /// Floats that keep their type are looked at where that is asked for, and copied where it is not.
  @Test func copiesAreCheckedToo() throws {
    let info = try #require(TensorInfo(name: "x", dtype: .f32, shape: Shape([64])))
    let bad = Float(bitPattern: 0xffff_ffff)
    let plan = try plan(Array(repeating: bad, count: 64), as: info)
    var executor = Executor(plan, threads: 1)
    _ = try executor.run(to: scratch.file("copy.gguf"))
    executor.checksCopies = true
    let error = #expect(throws: FormatError.self) {
      try executor.run(to: scratch.file("checked.gguf"))
    }
    #expect(error?.found?.contains("row 0, column 0") == true)
    executor.nonFinite = .zero
    let outcome = try executor.run(to: scratch.file("zero.gguf"))
    #expect(outcome.problems.map(\.code) == ["non-finite"])
  }

  /// A NaN ends the run with its place, or becomes zero and is reported.
  @Test func valuesThatAreNotFinite() throws {
    let shape = Shape([4, 64])
    var values = [Float](repeating: 0.5, count: 256)
    values[3 * 64 + 17] = .nan
    let target = try #require(TensorInfo(name: "x", dtype: .q8_0, shape: shape))
    let plan = try plan(values, as: target)
    var executor = Executor(plan, threads: 1)
    let error = #expect(throws: FormatError.self) {
      try executor.run(to: scratch.file("out.gguf"))
    }
    #expect(error?.found?.contains("row 3, column 17") == true)
    executor.nonFinite = .zero
    let outcome = try executor.run(to: scratch.file("out.gguf"))
    #expect(outcome.problems.map(\.code) == ["non-finite"])
    let found = try bytes(of: target, in: "out.gguf")
    // Blocks of a half scale and 32 signed bytes: block 6 holds elements 192 to 223 of 256.
    #expect(found[6 * 34 + 2 + 17] == 0 && found[6 * 34 + 2 + 16] == 127)
  }
}
