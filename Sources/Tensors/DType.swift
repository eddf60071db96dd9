/// The type of a tensor's elements: every type of current ggml and of current safetensors.
///
/// The raw value is ggml's spelling where ggml has the type, and safetensors' where it does not.
/// `facts` is the only table of type facts in the project; sizes, codes and ids come from nowhere else.
public enum DType: String, CaseIterable, Sendable, Codable {
  case f32 = "F32", f16 = "F16", bf16 = "BF16", f64 = "F64"
  case i8 = "I8", i16 = "I16", i32 = "I32", i64 = "I64"
  case u8 = "U8", u16 = "U16", u32 = "U32", u64 = "U64"
  case bool = "BOOL", c64 = "C64"
  case f4 = "F4", f6_e2m3 = "F6_E2M3", f6_e3m2 = "F6_E3M2"
  case f8_e4m3 = "F8_E4M3", f8_e5m2 = "F8_E5M2", f8_e8m0 = "F8_E8M0"
  case f8_e4m3fnuz = "F8_E4M3FNUZ", f8_e5m2fnuz = "F8_E5M2FNUZ"
  case q4_0 = "Q4_0", q4_1 = "Q4_1", q5_0 = "Q5_0", q5_1 = "Q5_1", q8_0 = "Q8_0", q8_1 = "Q8_1"
  case q2_K = "Q2_K", q3_K = "Q3_K", q4_K = "Q4_K", q5_K = "Q5_K", q6_K = "Q6_K", q8_K = "Q8_K"
  case iq1_s = "IQ1_S", iq1_m = "IQ1_M", iq2_xxs = "IQ2_XXS", iq2_xs = "IQ2_XS", iq2_s = "IQ2_S"
  case iq3_xxs = "IQ3_XXS", iq3_s = "IQ3_S", iq4_nl = "IQ4_NL", iq4_xs = "IQ4_XS"
  case tq1_0 = "TQ1_0", tq2_0 = "TQ2_0", mxfp4 = "MXFP4", nvfp4 = "NVFP4", q1_0 = "Q1_0"
  case q2_0 = "Q2_0"
}

extension DType {
  /// What bytes of a type look like, and how files spell it.
  public struct Facts: Sendable {
    /// `ggml_type` in GGUF files; nil where ggml has no such type.
    public let ggmlID: UInt32?
    /// `dtype` in a safetensors header; nil where safetensors has no such type.
    public let safetensorsCode: String?
    /// Elements that share one block; 1 for plain types.
    public let blockElements: Int
    /// Bytes of one block.
    public let blockBytes: Int
  }

  /// Sources: `ggml.h` (`enum ggml_type`), `ggml-common.h` (block layouts), safetensors' `Dtype`.
  public var facts: Facts {
    switch self {
    case .f32: plain(4, ggml: 0, "F32")
    case .f16: plain(2, ggml: 1, "F16")
    case .bf16: plain(2, ggml: 30, "BF16")
    case .f64: plain(8, ggml: 28, "F64")
    case .i8: plain(1, ggml: 24, "I8")
    case .i16: plain(2, ggml: 25, "I16")
    case .i32: plain(4, ggml: 26, "I32")
    case .i64: plain(8, ggml: 27, "I64")
    case .u8: plain(1, ggml: nil, "U8")
    case .u16: plain(2, ggml: nil, "U16")
    case .u32: plain(4, ggml: nil, "U32")
    case .u64: plain(8, ggml: nil, "U64")
    case .bool: plain(1, ggml: nil, "BOOL")
    case .c64: plain(8, ggml: nil, "C64")
    case .f4: packed(2, in: 1, "F4")
    case .f6_e2m3: packed(4, in: 3, "F6_E2M3")
    case .f6_e3m2: packed(4, in: 3, "F6_E3M2")
    case .f8_e4m3: plain(1, ggml: nil, "F8_E4M3")
    case .f8_e5m2: plain(1, ggml: nil, "F8_E5M2")
    case .f8_e8m0: plain(1, ggml: nil, "F8_E8M0")
    case .f8_e4m3fnuz: plain(1, ggml: nil, "F8_E4M3FNUZ")
    case .f8_e5m2fnuz: plain(1, ggml: nil, "F8_E5M2FNUZ")
    case .q4_0: block(32, in: 18, ggml: 2)
    case .q4_1: block(32, in: 20, ggml: 3)
    case .q5_0: block(32, in: 22, ggml: 6)
    case .q5_1: block(32, in: 24, ggml: 7)
    case .q8_0: block(32, in: 34, ggml: 8)
    case .q8_1: block(32, in: 36, ggml: 9)
    case .q2_K: block(256, in: 84, ggml: 10)
    case .q3_K: block(256, in: 110, ggml: 11)
    case .q4_K: block(256, in: 144, ggml: 12)
    case .q5_K: block(256, in: 176, ggml: 13)
    case .q6_K: block(256, in: 210, ggml: 14)
    case .q8_K: block(256, in: 292, ggml: 15)
    case .iq2_xxs: block(256, in: 66, ggml: 16)
    case .iq2_xs: block(256, in: 74, ggml: 17)
    case .iq3_xxs: block(256, in: 98, ggml: 18)
    case .iq1_s: block(256, in: 50, ggml: 19)
    case .iq4_nl: block(32, in: 18, ggml: 20)
    case .iq3_s: block(256, in: 110, ggml: 21)
    case .iq2_s: block(256, in: 82, ggml: 22)
    case .iq4_xs: block(256, in: 136, ggml: 23)
    case .iq1_m: block(256, in: 56, ggml: 29)
    case .tq1_0: block(256, in: 54, ggml: 34)
    case .tq2_0: block(256, in: 66, ggml: 35)
    case .mxfp4: block(32, in: 17, ggml: 39)
    case .nvfp4: block(64, in: 36, ggml: 40)
    case .q1_0: block(128, in: 18, ggml: 41)
    case .q2_0: block(64, in: 18, ggml: 42)
    }
  }

  private func plain(_ bytes: Int, ggml: UInt32?, _ code: String) -> Facts {
    Facts(ggmlID: ggml, safetensorsCode: code, blockElements: 1, blockBytes: bytes)
  }
  private func packed(_ elements: Int, in bytes: Int, _ code: String) -> Facts {
    Facts(ggmlID: nil, safetensorsCode: code, blockElements: elements, blockBytes: bytes)
  }
  private func block(_ elements: Int, in bytes: Int, ggml: UInt32) -> Facts {
    Facts(ggmlID: ggml, safetensorsCode: nil, blockElements: elements, blockBytes: bytes)
  }

  public var name: String { rawValue }
  public var bitsPerWeight: Double {
    Double(facts.blockBytes * 8) / Double(facts.blockElements)
  }
  /// True where several elements share a scale, so that values are approximations of a source.
  public var isQuantized: Bool { facts.ggmlID != nil && facts.blockElements > 1 }

  private static let byGGML = Dictionary(
    uniqueKeysWithValues: allCases.compactMap { type in type.facts.ggmlID.map { ($0, type) } })
  private static let bySafetensors = Dictionary(
    uniqueKeysWithValues: allCases.compactMap { type in
      type.facts.safetensorsCode.map { ($0, type) }
    })

  public init?(ggmlID: UInt32) {
    guard let type = DType.byGGML[ggmlID] else { return nil }
    self = type
  }
  public init?(safetensorsCode: String) {
    guard let type = DType.bySafetensors[safetensorsCode] else { return nil }
    self = type
  }

  /// Bytes of `count` elements in rows that are whole numbers of blocks.
  /// Nil where the count is not a whole number of blocks, or overflows.
  public func byteCount(elements count: Int) -> Int? {
    let facts = facts
    guard count >= 0, count % facts.blockElements == 0 else { return nil }
    let (bytes, overflow) = (count / facts.blockElements).multipliedReportingOverflow(
      by: facts.blockBytes)
    return overflow ? nil : bytes
  }
}

extension Dictionary<DType, Int> {
  /// The type with the largest number; of equals, the one whose name comes last, so that the answer
  /// does not depend on hashing.
  public var heaviest: DType? {
    self.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }?.key
  }
}
