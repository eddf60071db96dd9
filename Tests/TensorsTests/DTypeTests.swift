import Tensors
import Testing

@Suite struct DTypeTests {
  @Test func everyGGMLIdIsUnique() {
    let ids = DType.allCases.compactMap(\.facts.ggmlID)
    #expect(ids.count == Set(ids).count)
    for type in DType.allCases {
      guard let id = type.facts.ggmlID else { continue }
      #expect(DType(ggmlID: id) == type)
    }
  }

  @Test func everySafetensorsCodeIsUnique() {
    let codes = DType.allCases.compactMap(\.facts.safetensorsCode)
    #expect(codes.count == Set(codes).count)
    for type in DType.allCases {
      guard let code = type.facts.safetensorsCode else { continue }
      #expect(DType(safetensorsCode: code) == type)
    }
  }

  @Test func everyTypeBelongsToSomeFile() {
    for type in DType.allCases {
      #expect(type.facts.ggmlID != nil || type.facts.safetensorsCode != nil)
      #expect(type.facts.blockElements > 0 && type.facts.blockBytes > 0)
    }
  }

  @Test func unknownCodesAreRefused() {
    // Ids that ggml has retired, and one beyond its last.
    for id in [4, 5, 31, 32, 33, 36, 37, 38, 1000] as [UInt32] { #expect(DType(ggmlID: id) == nil) }
    #expect(DType(safetensorsCode: "f32") == nil)
  }

  @Test func byteCountRefusesPartsOfBlocksAndOverflow() {
    #expect(DType.q4_K.byteCount(elements: 512) == 288)
    #expect(DType.q4_K.byteCount(elements: 0) == 0)
    #expect(DType.q4_K.byteCount(elements: 255) == nil)
    #expect(DType.f32.byteCount(elements: -1) == nil)
    #expect(DType.f64.byteCount(elements: .max) == nil)
  }
}
