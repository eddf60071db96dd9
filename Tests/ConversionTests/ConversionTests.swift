import Architectures
import Checkpoints
import Containers
import Foundation
import Quantization
import Synchronization
import TestSupport
import Testing

@testable import Conversion

@Suite struct ConversionTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func write(_ plan: ConversionPlan, _ name: String, threads: Int = 2) throws -> [UInt8] {
    _ = try Executor(plan, threads: threads).run(to: scratch.file(name))
    return try bytes(scratch.file(name))
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    let file = try FileBytes(path: path)
    return try file.contents()
  }

  private func plan(_ path: String, _ type: String, carriesSource: Bool) throws -> ConversionPlan {
    let model = try Model(Checkpoint(path: path))
    let recipe = Recipe(TypeChoices(try #require(Preset.named(type))), for: model)
    return try GGUFSource(model, carriesSource: carriesSource).plan(recipe)
  }

  /// Whole files, byte for byte: header, metadata, order and every tensor.
  @Test(
    arguments: [
      "BF16", "Q8_0", "Q4_0", "Q4_K_S", "Q4_K_M", "Q5_K_M", "Q6_K", "Q2_K", "Q3_K_M", "IQ4_XS",
    ])
  func filesEqualLlamaCpp(_ type: String) throws {
    let plan = try plan(Fixture.path("qwen2-kjv"), type, carriesSource: false)
    let ours = try write(plan, "ours.gguf")
    #expect(try ours == bytes(Fixture.path("qwen2-kjv/gguf/qwen2-kjv-\(type).gguf")))
    #expect(ours.count == plan.byteCount)
  }

  /// What our files say beyond llama.cpp's converter, and why.
  static let additions = [
    "qwen.attention.layer_norm_rms_epsilon":
      "llama.cpp's loader requires it; its converter, as of this version, writes only the other"
  ]

  @Test(arguments: Families.all.filter(Families.hasGGUF))
  func familiesEqualLlamaCppsConverter(_ name: String) throws {
    let theirs = try GGUFFile(path: Families.path(name) + "/convert.gguf")
    let type = theirs.metadata["general.file_type"]?.int == 0 ? "F32" : "BF16"
    let plan = try plan(Families.path(name), type, carriesSource: false)
    _ = try write(plan, "ours.gguf")
    let ours = try GGUFFile(path: scratch.file("ours.gguf"))
    #expect(ours.tensors == theirs.tensors)
    for tensor in theirs.tensors where tensor.name != "rope_freqs.weight" {
      let (a, b) = (try ours.location(of: tensor), try theirs.location(of: tensor))
      #expect(
        try a.file.bytes(a.offset..<a.offset + tensor.byteCount)
          == b.file.bytes(b.offset..<b.offset + tensor.byteCount), "\(tensor.name)")
    }
    let keys = ours.metadata.entries.map(\.key).filter { Self.additions[$0] == nil }
    #expect(keys == theirs.metadata.entries.map(\.key))
    for (key, value) in theirs.metadata.entries { #expect(ours.metadata[key] == value, "\(key)") }
  }

  @Test(arguments: Families.all.map { "families/" + $0 } + ["qwen2-kjv"])
  func theWayToGGUFAndBackChangesNothing(_ name: String) throws {
    let source = try Model(Checkpoint(path: Fixture.path(name)))
    let usual = source.slots.first?.info.dtype.name ?? "F32"
    let there = try plan(Fixture.path(name), usual, carriesSource: true)
    _ = try write(there, "there.gguf")
    let back = try ConversionPlan.safetensors(
      Model(Checkpoint(path: scratch.file("there.gguf"))), type: nil)
    _ = try write(back, "model.safetensors")
    let result = try SafetensorsFile(path: scratch.file("model.safetensors"))
    for path in source.checkpoint.tensors.files.map(\.path) {
      let file = try SafetensorsFile(path: path)
      for info in file.tensors {
        guard let tensor = result.tensor(named: info.name) else {
          #expect(source.problems.contains { $0.subject == info.name }, "\(info.name)")
          continue
        }
        #expect(tensor == info)
        let (a, b) = (try file.location(of: info), try result.location(of: tensor))
        #expect(
          try a.file.bytes(a.offset..<a.offset + tensor.byteCount)
            == b.file.bytes(b.offset..<b.offset + tensor.byteCount), "\(tensor.name)")
      }
    }
    let config = try #require(back.companions.first { $0.name == "config.json" })
    #expect(try config.bytes == bytes(Fixture.path(name + "/config.json")))
  }

  @Test func threadsDoNotMatter() throws {
    let plan = try plan(Fixture.path("qwen2-kjv"), "Q4_K_M", carriesSource: true)
    #expect(try write(plan, "1.gguf", threads: 1) == write(plan, "4.gguf", threads: 4))
  }

  @Test func anInterruptedRunIsResumed() throws {
    let plan = try plan(Fixture.path("qwen2-kjv"), "Q6_K", carriesSource: true)
    let whole = try write(plan, "whole.gguf")
    var executor = Executor(plan, threads: 1)
    let cancellation = executor.cancellation
    executor.onProgress = { if $0.bytesDone > $0.bytes / 2 { cancellation.cancel() } }
    let path = scratch.file("resumed.gguf")
    #expect(throws: Interrupted.self) { try executor.run(to: path) }
    #expect(!FileManager.default.fileExists(atPath: path))
    let outcome = try Executor(plan, threads: 2).run(to: path)
    #expect(outcome.resumedChunks > 0)
    #expect(try bytes(path) == whole)
    #expect(!FileManager.default.fileExists(atPath: path + ".assay-journal"))
  }

  /// Every worker wants to save the journal after every chunk. Two that did so at once would fight
  /// over its part file, and one would find it gone.
  @Test func oneWorkerAtATimeSavesTheJournal() throws {
    let plan = try plan(Fixture.path("qwen2-kjv"), "BF16", carriesSource: true)
    let whole = try write(plan, "whole.gguf")
    for attempt in 0..<4 {
      var executor = Executor(plan, threads: 8)
      executor.journalInterval = -1
      executor.firstJournal = -1
      let path = scratch.file("\(attempt).gguf")
      _ = try executor.run(to: path)
      #expect(try bytes(path) == whole)
      let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
      #expect(!left.contains { $0.contains(".assay-") }, "\(left)")
    }
  }

  /// Whoever comes second, of the same plan or another one, is told so and harms nothing.
  @Test func twoRunsNeverWriteOneOutput() throws {
    let plan = try plan(Fixture.path("qwen2-kjv"), "Q6_K", carriesSource: true)
    let other = try self.plan(Fixture.path("qwen2-kjv"), "Q8_0", carriesSource: true)
    let whole = try write(plan, "whole.gguf")
    let path = scratch.file("shared.gguf")
    var executor = Executor(plan, threads: 1)
    let refusals = Mutex<[String]>([])
    executor.onProgress = { progress in
      guard progress.bytesDone < progress.bytes / 2 else { return }
      for second in [plan, other] {
        do {
          _ = try Executor(second, threads: 1).run(to: path)
          refusals.withLock { $0.append("none") }
        } catch { refusals.withLock { $0.append((error as? FormatError)?.message ?? "\(error)") } }
      }
    }
    _ = try executor.run(to: path)
    #expect(try bytes(path) == whole)
    let said = Set(refusals.withLock { $0 })
    #expect(said == ["another run is writing it"])
  }

  /// A run of another type that dies early leaves no journal; the one that it found is not believed.
  @Test func aJournalOfAnotherPlanGoesWithItsPartFile() throws {
    let plan = try plan(Fixture.path("qwen2-kjv"), "Q6_K", carriesSource: true)
    let path = scratch.file("a.gguf")
    var executor = Executor(plan, threads: 1)
    let cancellation = executor.cancellation
    executor.onProgress = { if $0.bytesDone > $0.bytes / 2 { cancellation.cancel() } }
    #expect(throws: Interrupted.self) { try executor.run(to: path) }
    let other = try self.plan(Fixture.path("qwen2-kjv"), "Q8_0", carriesSource: true)
    var second = Executor(other, threads: 1)
    let journal = Mutex(true)
    second.onProgress = { _ in
      journal.withLock {
        $0 = $0 && FileManager.default.fileExists(atPath: path + ".assay-journal")
      }
    }
    _ = try second.run(to: path)
    #expect(!journal.withLock { $0 })
  }

  /// A process that is killed has saved what it did, from the first second on.
  @Test func theFirstSaveComesEarly() throws {
    let plan = try plan(Fixture.path("qwen2-kjv"), "BF16", carriesSource: true)
    let executor = Executor(plan, threads: 1)
    #expect(executor.firstJournal <= 1)
    var hasty = executor
    hasty.firstJournal = 0
    let path = scratch.file("a.gguf")
    let sizes = Mutex<Set<Int>>([])
    hasty.onProgress = { _ in
      let size = (try? FileBytes(path: path + ".assay-journal"))?.count
      sizes.withLock { $0.formUnion([size].compactMap(\.self)) }
    }
    _ = try hasty.run(to: path)
    #expect(sizes.withLock { $0.count } == 1)
  }

  @Test func aDirectoryHasOneWriter() throws {
    let path = scratch.file("out")
    let first = try OutputDirectory(path: path, force: false)
    #expect(throws: FormatError.self) { try OutputDirectory(path: path, force: false) }
    try OutputFile.write([1], to: first.file("a"), force: false)
    try first.commit()
    #expect(try bytes(path + "/a") == [1])
  }

  /// Errors name the file and the tensor as their owner knows it, and what to do about it.
  @Test func whatCannotBeStoredIsNamed() throws {
    let model = scratch.file("model")
    try FileManager.default.copyItem(atPath: Families.path("qwen2-tied"), toPath: model)
    let weights = model + "/model.safetensors"
    let file = try SafetensorsFile(path: weights)
    let name = "model.layers.0.mlp.down_proj.weight"
    let info = try #require(file.tensor(named: name))
    let place = try file.location(of: info)
    let handle = try FileHandle(forWritingTo: URL(filePath: weights))
    try handle.seek(toOffset: UInt64(place.offset))
    try handle.write(contentsOf: [UInt8](repeating: 0xff, count: 8))
    try handle.close()
    let spoiled = try plan(model, "Q8_0", carriesSource: true)
    let error = #expect(throws: FormatError.self) { try write(spoiled, "nan.gguf") }
    #expect(error?.file == weights && error?.subject == name)

    let small = try plan(Fixture.path("qwen2-kjv"), "Q8_0", carriesSource: true)
    _ = try write(small, "small.gguf")
    let back = try ConversionPlan.safetensors(
      Model(Checkpoint(path: scratch.file("small.gguf"))), type: nil)
    let lost = #expect(throws: FormatError.self) { try write(back, "back.safetensors") }
    #expect(lost?.file?.hasSuffix("small.gguf") == true)
    #expect(lost?.remedy.contains("quantized") == true && lost?.remedy.contains("--type") == true)
  }

  @Test func nothingIsOverwritten() throws {
    let plan = try plan(Fixture.path("qwen2-kjv"), "Q8_0", carriesSource: false)
    let first = try write(plan, "a.gguf")
    #expect(throws: FormatError.self) {
      try Executor(plan, threads: 1).run(to: scratch.file("a.gguf"))
    }
    #expect(try bytes(scratch.file("a.gguf")) == first)
  }
}
