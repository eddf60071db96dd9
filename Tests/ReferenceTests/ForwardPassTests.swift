import Architectures
import Checkpoints
import Containers
import Conversion
import Foundation
import Quantization
import Tensors
import TestSupport
import Testing

@testable import Reference

/// Logits against transformers' own, and against themselves computed in other ways.
@Suite struct ForwardPassTests {
  struct Golden {
    let tokens: [Int]
    let logits: [Float]

    init(_ path: String) throws {
      let file = try SafetensorsFile(path: path)
      let tokens = try #require(file.tensor(named: "tokens"))
      let logits = try #require(file.tensor(named: "logits"))
      self.tokens = try file.mapped(tokens).bindMemory(to: Int64.self).map(Int.init)
      self.logits = Array(try file.mapped(logits).bindMemory(to: Float.self))
    }
  }

  static let checkpoints = Families.all.map { "families/" + $0 } + ["qwen2-kjv"]

  static func logits(
    _ path: String, _ tokens: [Int], threads: Int = 2, pieces: [Int]? = nil, length: Int? = nil,
    kernels: Kernels = .active
  ) throws -> [Float] {
    let reference = try ReferenceModel(Model(Checkpoint(path: path)), kernels: kernels)
    let pass = ForwardPass(
      reference, tokens: tokens.count, context: tokens.count, length: length ?? tokens.count,
      workers: Workers(threads: threads), kernels: kernels)
    var all: [Float] = []
    var start = 0
    for piece in pieces ?? [tokens.count] {
      try pass.run(tokens[start..<start + piece])
      var part = [Float](
        repeating: 0, count: piece * reference.model.parameters.vocabularySize)
      try part.withUnsafeMutableBufferPointer { try pass.logits(of: 0..<piece, into: $0) }
      all += part
      start += piece
    }
    return all
  }

  static func nmse(_ a: [Float], _ b: [Float]) -> Double {
    let difference = zip(a, b).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
    return difference / a.reduce(0.0) { $0 + Double($1) * Double($1) }
  }

  @Test(arguments: checkpoints)
  func logitsEqualTransformers(_ name: String) throws {
    let golden = try Golden(Fixture.path(name + "/golden.safetensors"))
    let logits = try Self.logits(Fixture.path(name), golden.tokens)
    try #require(logits.count == golden.logits.count)
    #expect(Self.nmse(golden.logits, logits) < 1e-10)
    let width = logits.count / golden.tokens.count
    for row in golden.tokens.indices {
      func top(_ values: [Float]) -> Int? {
        (row * width..<(row + 1) * width).max { values[$0] < values[$1] }
      }
      #expect(top(golden.logits) == top(logits))
    }
  }

  @Test(arguments: checkpoints)
  func allWaysOfComputingGiveTheSameBits(_ name: String) throws {
    let golden = try Golden(Fixture.path(name + "/golden.safetensors"))
    let tokens = Array(golden.tokens.prefix(40))
    let whole = try Self.logits(Fixture.path(name), tokens)
    let steps = try Self.logits(
      Fixture.path(name), tokens, threads: 1, pieces: Array(repeating: 1, count: tokens.count))
    #expect(whole == steps, "token by token")
    let pieces = try Self.logits(Fixture.path(name), tokens, threads: 4, pieces: [7, 1, 32])
    #expect(whole == pieces, "in pieces, on four threads")
    for kernels in Kernels.available {
      let other = try Self.logits(
        Fixture.path(name), Array(tokens.prefix(9)), length: tokens.count, kernels: kernels)
      #expect(Array(whole.prefix(other.count)) == other, "\(kernels)")
    }
  }

  /// Ours, made at 32 bit, with what we remember: the same bits for every family, whatever llama.cpp
  /// has words for.
  @Test(arguments: Families.all)
  func ourGGUFComputesTheSameBits(_ name: String) throws {
    let path = Families.path(name)
    let scratch = try Scratch()
    let model = try Families.model(name)
    let recipe = Recipe(TypeChoices(try #require(Preset.named("F32"))), for: model)
    let plan = try GGUFSource(model, carriesSource: true).plan(recipe)
    _ = try Executor(plan, threads: 2).run(to: scratch.file("ours.gguf"))
    let tokens = try Golden(path + "/golden.safetensors").tokens
    #expect(
      try Self.logits(path, tokens) == Self.logits(scratch.file("ours.gguf"), tokens))
  }

  /// llama.cpp made these GGUFs; at 32 bit they hold the same numbers as the checkpoint.
  @Test(arguments: Families.all.filter(Families.hasGGUF))
  func theGGUFComputesTheSameBits(_ name: String) throws {
    let path = Families.path(name)
    let checkpoint = try Families.model(name),
      gguf = try Model(Checkpoint(path: path + "/convert.gguf"))
    let tokens = try Golden(path + "/golden.safetensors").tokens
    let (a, b) = (try Self.logits(path, tokens), try Self.logits(path + "/convert.gguf", tokens))
    let rounded = checkpoint.keys.contains { key in
      func type(_ model: Model) -> DType? {
        model[key].first.map { model.slots[$0.slot].info.dtype }
      }
      return type(checkpoint) == .f32 && type(gguf) == .bf16
    }
    if rounded { #expect(Self.nmse(a, b) < 1e-2) } else { #expect(a == b) }
  }

  /// Columns in another order are then parts of blocks. ggml does not tell an outer axis of length 1
  /// from its absence: llama-quantize drops it, and so does ours.
  @Test(arguments: ["qwen35", "qwen35moe", "qwen35-tied", "qwen3next"])
  func aQuantizedHybridIsNearby(_ name: String) throws {
    let scratch = try Scratch()
    let model = try Model(Checkpoint(path: Families.path(name) + "/convert.gguf"))
    let recipe = Recipe(TypeChoices(try #require(Preset.named("Q8_0"))), for: model)
    let plan = try GGUFSource(model, carriesSource: false).plan(recipe)
    _ = try Executor(plan, threads: 2).run(to: scratch.file("q8.gguf"))
    let quantized = try Model(Checkpoint(path: scratch.file("q8.gguf")))
    #expect(quantized.slots.contains { $0.info.dtype == .q8_0 })
    #expect(quantized.slots.allSatisfy { $0.info.shape == $0.info.shape.withoutOuterOnes })
    let golden = try Golden(Families.path(name) + "/golden.safetensors")
    let logits = try Self.logits(scratch.file("q8.gguf"), golden.tokens)
    #expect(Self.nmse(golden.logits, logits) < 0.03)
  }

  /// A hybrid's states are counted, and its keys and values only where there are any.
  @Test(arguments: Families.all)
  func theMemoryPlanIsWhatIsAllocated(_ name: String) throws {
    let model = try Families.model(name)
    for scope in [CacheScope.sequence, .block] {
      let plan = MemoryPlan(
        model.architecture, model.parameters, tokens: 3, context: 40, keeps: scope)
      let cache = KVCache(model.parameters, context: 40, keeps: scope)
      #expect(plan.cacheBytes == cache.bytes.keysAndValues)
      #expect(plan.stateBytes == cache.bytes.states)
    }
    let plan = MemoryPlan(model.architecture, model.parameters, tokens: 3, context: 40)
    #expect((plan.stateBytes > 0) == !model.parameters.recurrentLayers.isEmpty)
  }

  /// Blocks that share one cache compute what blocks with caches of their own do, call after call.
  @Test(arguments: Families.all)
  func aCacheOfOneBlockServesOneCall(_ name: String) throws {
    let reference = try ReferenceModel(Families.model(name))
    let tokens = try Golden(Families.path(name) + "/golden.safetensors").tokens
    func hidden(_ scope: CacheScope) throws -> [[Float]] {
      let pass = ForwardPass(
        reference, tokens: 20, context: 20, keeps: scope, workers: Workers(threads: 1))
      return try [tokens[..<20], tokens[20..<30]].map { tokens in
        pass.reset()
        try pass.run(tokens)
        return Array(pass.hidden[..<(tokens.count * reference.model.parameters.embeddingLength)])
      }
    }
    #expect(try hidden(.sequence) == hidden(.block))
  }

  /// The first Qwen decodes with the frequencies of its prompt, however long the text becomes.
  @Test func theFirstQwenDecodesAsItBegan() throws {
    let path = Families.path("qwen-long")
    let tokens = try Golden(path + "/golden.safetensors").tokens
    let reference = try ReferenceModel(Model(Checkpoint(path: path)))
    let width = reference.model.parameters.vocabularySize
    func last(_ length: Int?) throws -> [Float] {
      let pass = ForwardPass(
        reference, tokens: 20, context: 48, length: length, workers: Workers(threads: 2))
      try pass.run(tokens[0..<20])
      for index in 20..<48 { try pass.run(tokens[index..<index + 1]) }
      var logits = [Float](repeating: 0, count: width)
      try logits.withUnsafeMutableBufferPointer { try pass.logits(of: 0..<1, into: $0) }
      return logits
    }
    #expect(try last(nil) == last(20))
    #expect(try last(nil) != last(48))
  }

  /// A wrong rope convention is another model: the suite would notice.
  @Test func aWrongPermutationIsFarAway() throws {
    let path = Families.path("llama")
    let golden = try Golden(path + "/golden.safetensors")
    let right = try Model(Checkpoint(path: path))
    let moved = right.architecture.tensors.filter { $0.rotated != nil }.map {
      right.architecture.transform($0, from: .huggingFace, to: .gguf, right.parameters)
    }
    #expect(!moved.isEmpty && moved.allSatisfy { $0 != .identity })
    let gguf = try Self.logits(path + "/convert.gguf", golden.tokens)
    #expect(Self.nmse(golden.logits, gguf) < 1e-10)
    #expect(
      Self.nmse(golden.logits, try Self.logits(Families.path("llama-linear-rope"), golden.tokens))
        > 0.1)
  }
}
