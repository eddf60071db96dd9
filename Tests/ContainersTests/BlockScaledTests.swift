import Containers
import Tensors
import TestSupport
import Testing

/// FP8 weights with a scale for each block, against what torch makes of them
/// (Fixtures/record/fp8.py).
@Suite struct BlockScaledTests {
  let golden: SafetensorsFile
  let file: BlockScaledTensors

  init() throws {
    golden = try SafetensorsFile(path: Fixture.path("fp8/golden.safetensors"))
    file = try BlockScaledTensors(golden, block: #require(.init(rows: 8, columns: 16)))
  }

  private func same(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN }
  }

  @Test(arguments: ["codes", "blocks"])
  func valuesAreTorchs(_ name: String) throws {
    let info = try #require(file.tensor(named: name + ".weight"))
    let values = try golden.floats(of: #require(golden.tensor(named: name + ".values")))
    #expect(info.dtype == .f32)
    #expect(same(Array(try file.mapped(info).bindMemory(to: Float.self)), values))
    #expect(file.copiedBytes == info.byteCount)
    // Any part of it, wherever it begins.
    for range in [0..<1, 5..<29, 200..<256] {
      var part = [Float](repeating: 0, count: range.count)
      try part.withUnsafeMutableBytes {
        try file.read(info, range.lowerBound * 4..<range.upperBound * 4, into: $0)
      }
      #expect(same(part, Array(values[range])), "\(range)")
    }
    #expect(throws: FormatError.self) { try file.location(of: info) }
    #expect(throws: FormatError.self) {
      var past = [Float](repeating: 0, count: 1)
      try past.withUnsafeMutableBytes {
        try file.read(info, info.byteCount..<info.byteCount + 4, into: $0)
      }
    }
  }

  @Test func scalesAreNotListed() {
    #expect(
      file.tensors.map(\.name).sorted() == [
        "blocks.values", "blocks.weight", "codes.values", "codes.weight",
      ])
    #expect(file.tensor(named: "codes.weight_scale_inv") == nil)
  }

  @Test func blocksOfAnotherSizeAreRefused() throws {
    let error = #expect(throws: FormatError.self) {
      try BlockScaledTensors(golden, block: #require(.init(rows: 128, columns: 128)))
    }
    #expect(error?.kind == .damaged && error?.subject?.hasSuffix("_scale_inv") == true)
    #expect(BlockScaledTensors.Block(rows: 0, columns: 128) == nil)
  }
}
