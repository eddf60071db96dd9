import Containers
import Foundation
import Tensors
import Testing

struct SafetensorsTests {
  enum Corruption: String, CaseIterable {
    case headerLength2to63, headerLongerThanFile, truncated, extraBytes, overlap, hole
    case duplicateKey, unknownDType, shapeMismatch, shapeOverflow, sizeNear2to63
    case empty, lfsPointer, webPage

    var kind: FormatError.Kind { self == .unknownDType ? .unknown : .damaged }

    var bytes: [UInt8] {
      switch self {
      case .headerLength2to63: little(UInt64(1) << 63) + Array("{}".utf8)
      case .headerLongerThanFile: little(UInt64(1000)) + Array("{}".utf8)
      case .truncated: file(entry("a", 0, 8), data: 7)
      case .extraBytes: file(entry("a", 0, 8), data: 9)
      case .overlap: file(entry("a", 0, 8) + "," + entry("b", 4, 12), data: 12)
      case .hole: file(entry("a", 0, 8) + "," + entry("b", 12, 20), data: 20)
      case .duplicateKey: file(entry("a", 0, 8) + "," + entry("a", 8, 16), data: 16)
      case .unknownDType: file(entry("a", 0, 8, dtype: "F31"), data: 8)
      case .shapeMismatch: file(entry("a", 0, 8, shape: "3"), data: 8)
      case .shapeOverflow: file(entry("a", 0, 8, shape: "4294967296,4294967296"), data: 8)
      case .sizeNear2to63:
        file(entry("a", 0, .max - 7, dtype: "U8", shape: "\(Int.max - 7)"), data: 8)
      case .empty: []
      case .lfsPointer:
        Array(
          "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 123456\n".utf8)
      case .webPage: Array("<!DOCTYPE html><html><body>Not found</body></html>".utf8)
      }
    }

    private func entry(
      _ name: String, _ begin: Int, _ end: Int, dtype: String = "F32", shape: String = "2"
    ) -> String {
      #""\#(name)":{"dtype":"\#(dtype)","shape":[\#(shape)],"data_offsets":[\#(begin),\#(end)]}"#
    }
    private func file(_ entries: String, data: Int) -> [UInt8] {
      let header = Array("{\(entries)}".utf8)
      return little(UInt64(header.count)) + header + [UInt8](repeating: 0, count: data)
    }
  }

  @Test(arguments: Corruption.allCases)
  func corruption(_ corruption: Corruption) throws {
    let kind = try withFile(corruption.bytes, "model.safetensors") { path in
      try failure { _ = try SafetensorsFile(path: path) }
    }
    #expect(kind == corruption.kind)
  }

  @Test(arguments: DType.allCases.filter { $0.facts.safetensorsCode != nil })
  func roundTrip(_ type: DType) throws {
    let info = try #require(TensorInfo(name: "a", dtype: type, shape: Shape([2, 12])))
    let metadata = Metadata([("format", .text("pt"))])
    let layout = try SafetensorsWriter.layout([info], metadata: metadata)
    let data = (0..<info.byteCount).map { UInt8(truncatingIfNeeded: $0) }
    try withFile(layout.header + data, "model.safetensors") { path in
      let file = try SafetensorsFile(path: path)
      let place = try file.location(of: info)
      #expect(file.tensors == [info])
      #expect(file.metadata == metadata)
      #expect(place.offset == layout.entries.first?.offset)
      #expect(try place.file.bytes(place.offset..<place.offset + info.byteCount) == data)
    }
  }
}
