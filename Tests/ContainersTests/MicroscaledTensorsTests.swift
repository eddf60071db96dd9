import Containers
import Foundation
import Tensors
import Testing

struct MicroscaledTensorsTests {
  /// Pairs that are none, as the tensors of a file.
  enum Damage: String, CaseIterable {
    case noScales, noBlocks, fewScales, floatScales, scalesOfAnotherRank
    case shortBlocks, noRows, noExpertsAtAll

    var tensors: [(name: String, type: DType, shape: [Int])] {
      switch self {
      case .noScales: [("a_blocks", .u8, [2, 3, 4, 16])]
      case .noBlocks: [("a_scales", .u8, [2, 3, 4])]
      case .fewScales: [("a_blocks", .u8, [2, 3, 4, 16]), ("a_scales", .u8, [2, 3, 3])]
      case .floatScales: [("a_blocks", .u8, [2, 3, 4, 16]), ("a_scales", .bf16, [2, 3, 4])]
      case .scalesOfAnotherRank: [("a_blocks", .u8, [2, 3, 4, 16]), ("a_scales", .u8, [24])]
      case .shortBlocks: [("a_blocks", .u8, [2, 3, 4, 8]), ("a_scales", .u8, [2, 3, 4])]
      case .noRows: [("a_blocks", .u8, [4, 16]), ("a_scales", .u8, [4])]
      case .noExpertsAtAll: [("a_blocks", .u8, []), ("a_scales", .u8, [])]
      }
    }
  }

  private func open<T>(
    _ tensors: [(name: String, type: DType, shape: [Int])],
    _ body: (SafetensorsFile) throws -> T
  ) throws -> T {
    let infos = try tensors.map {
      try #require(TensorInfo(name: $0.name, dtype: $0.type, shape: Shape($0.shape)))
    }
    let layout = try SafetensorsWriter.layout(infos, metadata: Metadata())
    let data = (layout.header.count..<layout.byteCount).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    return try withFile(layout.header + data, "model.safetensors") { path in
      try body(SafetensorsFile(path: path))
    }
  }

  @Test(arguments: Damage.allCases)
  func whatIsNoPairIsRefused(_ damage: Damage) throws {
    let kind = try open(damage.tensors) { file in
      try failure { _ = try MicroscaledTensors(file) }
    }
    #expect(kind == .damaged)
  }

  @Test func aPairIsOneTensor() throws {
    let tensors: [(name: String, type: DType, shape: [Int])] = [
      ("norm", .f32, [8]), ("a_scales", .u8, [2, 3, 4]), ("a_blocks", .u8, [2, 3, 4, 16]),
    ]
    try open(tensors) { file in
      let packed = try MicroscaledTensors(file)
      #expect(packed.tensors.map(\.name) == ["norm", "a_blocks"])
      let info = try #require(packed.tensor(named: "a_blocks"))
      #expect(info.dtype == .mxfp4 && info.shape == Shape([2, 3, 128]))
      #expect(throws: FormatError.self) { try packed.location(of: info) }
      let whole = Array(try packed.mapped(info))
      #expect(packed.copiedBytes == info.byteCount)
      // Any blocks are those of the whole.
      for range in [0..<17, 17..<85, 0..<whole.count, 391..<408, 34..<34] {
        var part = [UInt8](repeating: 0, count: range.count)
        try part.withUnsafeMutableBytes { try packed.read(info, range, into: $0) }
        #expect(part == Array(whole[range]))
      }
      let scales = try #require(file.tensor(named: "a_scales"))
      #expect(
        stride(from: 0, to: whole.count, by: 17).map { whole[$0] } == Array(try file.mapped(scales))
      )
      let parts = try MicroscaledTensors.parts(of: info)
      #expect(parts.codes == file.tensor(named: "a_blocks") && parts.scales == scales)
    }
  }
}
