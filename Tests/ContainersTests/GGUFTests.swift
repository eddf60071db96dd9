import Containers
import Foundation
import Tensors
import Testing

struct GGUFTests {
  enum Corruption: String, CaseIterable {
    case badMagic, version99, alignment0, alignment3, duplicateKey, duplicateTensor, overlap
    case truncated, absurdTensorCount, absurdEntryCount, absurdString, absurdKey, absurdArray
    case unknownValueType, sizeNear2to63

    var kind: FormatError.Kind {
      self == .version99 || self == .unknownValueType ? .unknown : .damaged
    }

    var bytes: [UInt8] {
      let huge = UInt64(1) << 60
      let number = string("k") + little(UInt32(4)) + little(UInt32(1))
      let a = tensor("a", 0), b = tensor("b", 32)
      return switch self {
      case .badMagic: file(magic: "GGUE")
      case .version99: file(version: 99)
      case .alignment0: file(entries: [alignment(0)])
      case .alignment3: file(entries: [alignment(3)])
      case .duplicateKey: file(entries: [number, number])
      case .duplicateTensor: file(tensors: [a, tensor("a", 32)], data: 64)
      case .overlap: file(tensors: [a, tensor("b", 0)], data: 64)
      case .truncated: file(tensors: [a, b], data: 39)
      case .absurdTensorCount: file(tensorCount: huge)
      case .absurdEntryCount: file(entryCount: huge)
      case .absurdString: file(entries: [string("k") + little(UInt32(8)) + little(huge)])
      case .absurdKey: file(entries: [little(huge) + [UInt8](repeating: 0, count: 16)])
      case .absurdArray:
        file(entries: [string("k") + little(UInt32(9)) + little(UInt32(4)) + little(huge)])
      case .sizeNear2to63:
        file(tensors: [tensor("a", 0, elements: UInt64(Int.max - 7), type: 24)], data: 64)
      case .unknownValueType:
        file(entries: [string("k") + little(UInt32(77)) + little(UInt64(0))])
      }
    }

    private func string(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count)) + text.utf8 }
    private func alignment(_ value: UInt32) -> [UInt8] {
      string("general.alignment") + little(UInt32(4)) + little(value)
    }
    /// Two F32 elements, unless said otherwise.
    private func tensor(
      _ name: String, _ offset: UInt64, elements: UInt64 = 2, type: UInt32 = 0
    ) -> [UInt8] {
      string(name) + little(UInt32(1)) + little(elements) + little(type) + little(offset)
    }
    private func file(
      magic: String = "GGUF", version: UInt32 = 3, entries: [[UInt8]] = [],
      tensors: [[UInt8]] = [], tensorCount: UInt64? = nil, entryCount: UInt64? = nil, data: Int = 0
    ) -> [UInt8] {
      var bytes = Array(magic.utf8) + little(version)
      bytes += little(tensorCount ?? UInt64(tensors.count))
      bytes += little(entryCount ?? UInt64(entries.count))
      bytes += entries.joined()
      bytes += tensors.joined()
      if data > 0 { while bytes.count % 32 != 0 { bytes.append(0) } }
      return bytes + [UInt8](repeating: 0, count: data)
    }
  }

  @Test(arguments: Corruption.allCases)
  func corruption(_ corruption: Corruption) throws {
    let kind = try withFile(corruption.bytes, "model.gguf") { path in
      try failure { _ = try GGUFFile(path: path) }
    }
    #expect(kind == corruption.kind)
  }

  @Test func roundTripOfEveryMetadataType() throws {
    let metadata = Metadata([
      ("u8", .uint8(.max)), ("i8", .int8(.min)), ("u16", .uint16(.max)), ("i16", .int16(.min)),
      ("u32", .uint32(.max)), ("i32", .int32(.min)), ("u64", .uint64(.max)), ("i64", .int64(.min)),
      ("f32", .float32(-1.5)), ("f64", .float64(.pi)), ("bool", .bool(true)),
      ("string", .text("naïve")), ("bytes", .string(ByteString([0xff, 0x00, 0xfe]))),
      ("strings", .array(.strings(ByteStrings(["", "a", "bc"])))),
      ("numbers", .array(.int32([1, -2, 3]))),
      ("nested", .array(.arrays([.float32([0.5]), .arrays([.strings(ByteStrings(["x"]))])]))),
      ("general.alignment", .uint32(64)),
    ])
    let infos = try ["a", "b"].map {
      try #require(TensorInfo(name: $0, dtype: .f32, shape: Shape([3])))
    }
    let layout = try GGUFWriter.layout(infos, metadata: metadata)
    let zeros = [UInt8](repeating: 0, count: layout.byteCount - layout.header.count)
    try withFile(layout.header + zeros, "model.gguf") { path in
      let file = try GGUFFile(path: path)
      #expect(file.metadata == metadata)
      #expect(file.tensors == infos)
      #expect(file.alignment == 64)
      for entry in layout.entries {
        #expect(try file.location(of: entry.info).offset == entry.offset)
        #expect(entry.offset % 64 == 0)
      }
    }
  }
}
