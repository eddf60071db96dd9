import Checkpoints
import Containers
import Foundation
import TestSupport
import Testing

@Suite struct CheckpointTests {
  /// A set is found by its directory, its index or any of its shards.
  @Test func anyPartNamesTheSet() throws {
    let directory = Families.path("llama-sharded")
    let whole = try Checkpoint(path: directory).tensors.tensors
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
    let parts = names.filter { $0.contains(".safetensors") && $0 != "golden.safetensors" }
    #expect(parts.count == 4)
    for part in parts {
      #expect(try Checkpoint(path: directory + "/" + part).tensors.tensors == whole)
    }
  }

  @Test func weightsAloneAreReported() throws {
    let scratch = try Scratch()
    try FileManager.default.copyItem(
      atPath: Families.path("qwen3") + "/model.safetensors",
      toPath: scratch.file("model.safetensors"))
    let checkpoint = try Checkpoint(path: scratch.path)
    #expect(checkpoint.problems.map(\.code) == ["missing-config"])
  }

  @Test func nothingThere() {
    #expect { try Checkpoint(path: "/nonexistent/model") } throws: {
      ($0 as? FormatError)?.kind == .missing
    }
  }

  /// A tower of hundreds of tensors is one note; what may be wrong keeps its name.
  @Test func notesOfOneKindAreOne() {
    func problem(_ severity: Problem.Severity, _ subject: String, _ message: String = "is left out")
      -> Problem
    { Problem(severity, "code", subject: subject, message) }
    let tower = (0..<5).map { problem(.note, "model.visual.\($0).weight") }
    let grouped =
      ([problem(.warning, "a.0")] + tower + [problem(.note, "mtp.0.weight")]
      + (1..<9).map { problem(.warning, "a.\($0)") } + [problem(.note, "b", "other")]).grouped
    #expect(
      grouped.map(\.subject) == ["a.0", "model.visual.*, mtp.* (6 tensors)"]
        + (1..<9).map { "a.\($0)" } + ["b"])
    #expect(tower.dropLast().grouped == tower.dropLast())
  }
}
