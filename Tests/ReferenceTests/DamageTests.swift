import Architectures
import Checkpoints
import Containers
import Foundation
import Reference
import Tensors
import TestSupport
import Testing

/// The suite can fail: for every family, a description that is a little wrong computes something
/// else.
@Suite struct DamageTests {
  /// Logits of a copy of a family's checkpoint after `change` has moved the bytes of its tensors.
  private func distance(_ name: String, _ change: (inout [UInt8], SafetensorsFile) throws -> Bool)
    throws -> Double?
  {
    let scratch = try Scratch()
    let path = scratch.file("model")
    try FileManager.default.copyItem(atPath: Families.path(name), toPath: path)
    let weights = path + "/model.safetensors"
    guard FileManager.default.fileExists(atPath: weights) else { return nil }
    var bytes = try FileBytes(path: weights).contents()
    guard try change(&bytes, try SafetensorsFile(path: weights)) else { return nil }
    try Data(bytes).write(to: URL(filePath: weights))
    let golden = try ForwardPassTests.Golden(Families.path(name) + "/golden.safetensors")
    return ForwardPassTests.nmse(
      golden.logits, try ForwardPassTests.logits(path, golden.tokens))
  }

  /// Where each row of a logical tensor stands in its file, in bytes.
  private func rows(_ model: Model, _ file: SafetensorsFile, _ key: Model.Key) throws -> [Range<
    Int
  >] {
    guard let home = model[key].first else { return [] }
    let slot = model.slots[home.slot]
    guard !slot.tensor.isTransposed, let start = try? file.location(of: slot.info).offset,
      let length = slot.info.dtype.byteCount(elements: slot.tensor.columns)
    else { return [] }
    let count = home.strip.rows * (home.strip.spec.isStack ? slot.tensor.slices : 1)
    return (0..<count).compactMap { model.place(of: $0, key) }.map {
      start + $0.row * length..<start + ($0.row + 1) * length
    }
  }

  private func swap(_ bytes: inout [UInt8], _ a: [Range<Int>], _ b: [Range<Int>]) {
    let copy = bytes
    for (a, b) in zip(a, b) {
      bytes.replaceSubrange(a, with: copy[b])
      bytes.replaceSubrange(b, with: copy[a])
    }
  }

  @Test(arguments: Families.all)
  func gateAndUpCannotBeExchanged(_ name: String) throws {
    let model = try Families.model(name)
    let found = try distance(name) { bytes, file in
      for (gate, up) in [(TensorRole.ffnGate, TensorRole.ffnUp), (.ffnGateExps, .ffnUpExps)] {
        let a = try rows(model, file, Model.Key(gate, block: 0))
        let b = try rows(model, file, Model.Key(up, block: 0))
        guard !a.isEmpty, a.count == b.count else { continue }
        swap(&bytes, a, b)
        return true
      }
      return false
    }
    if let found { #expect(found > 1e-6) }
  }

  @Test(arguments: Families.all)
  func aBiasCannotBeDropped(_ name: String) throws {
    let model = try Families.model(name)
    for key in model.keys where key.part == .bias && key.block ?? 0 == 0 {
      // A bias of the keys moves all scores of a query alike where rope does not turn them.
      let isTurned =
        model[key].first?.strip.spec.rotated != nil && model.parameters.isRoped(key.block ?? 0)
      let isFelt = key.role != .attnK || isTurned
      guard isFelt else { continue }
      let found = try distance(name) { bytes, file in
        for row in try rows(model, file, key) {
          bytes.replaceSubrange(row, with: [UInt8](repeating: 0, count: row.count))
        }
        return true
      }
      if let found { #expect(found > 1e-9, "\(key.role)") }
    }
  }

  /// The other rope convention, as if the rows of queries and keys stood in the other order.
  @Test(arguments: Families.all)
  func theRopeConventionMatters(_ name: String) throws {
    let model = try Families.model(name)
    let found = try distance(name) { bytes, file in
      let copy = bytes
      var isMoved = false
      for role in [TensorRole.attnQ, .attnK] {
        let key = Model.Key(role, block: 0)
        guard let heads = model[key].first?.strip.spec.rotated?.resolved(model.parameters) else {
          continue
        }
        let all = try rows(model, file, key)
        let other =
          model.architecture.rope(.huggingFace) == .halves
          ? Transform.interleaveHalves(heads: heads) : .separatePairs(heads: heads)
        for (row, place) in all.enumerated() {
          bytes.replaceSubrange(place, with: copy[all[other.source(of: row, rows: all.count)]])
          isMoved = true
        }
      }
      return isMoved
    }
    if let found { #expect(found > 1e-6) }
  }

  @Test(arguments: Families.all)
  func strangeTensorsAndKeysAreReported(_ name: String) throws {
    let scratch = try Scratch()
    let path = scratch.file("model")
    try FileManager.default.copyItem(atPath: Families.path(name), toPath: path)
    var config = JSONValue(try JSON(FileBytes(path: path + "/config.json").contents(), file: ""))
    config["strange_key"] = 7
    try Data(config.serialized().utf8).write(to: URL(filePath: path + "/config.json"))
    let model = try Model(Checkpoint(path: path))
    #expect(
      model.problems.contains { $0.code == "unknown-config-key" && $0.subject == "strange_key" })
  }
}
