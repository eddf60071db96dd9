import Tensors
import Testing

extension BlockFormat: CustomTestStringConvertible {
  static let encoding = all.filter(\.encodes)

  public var testDescription: String { dtype.name }
}

@Suite struct BlockFormatTests {
  @Test func everyFormatIsRegisteredOnce() {
    #expect(BlockFormat.all.count == Set(BlockFormat.all.map(\.dtype)).count)
    for format in BlockFormat.all { #expect(BlockFormat.of(format.dtype)?.dtype == format.dtype) }
  }

  /// ggml's quantizer has no case for them.
  @Test func onlyPlainNumbersAreJustRead() {
    let read = BlockFormat.all.filter { !$0.encodes }.map(\.dtype)
    #expect(Set(read) == [.f64, .i8, .i16, .i32, .i64])
  }

  @Test(arguments: BlockFormat.all)
  func fallbackTakesSmallerBlocks(_ format: BlockFormat) {
    guard let fallback = format.fallback else { return }
    #expect(fallback.facts.blockElements < format.dtype.facts.blockElements)
  }

  /// ggml_quantize_requires_imatrix.
  @Test func importanceIsRequiredWhereGGMLRequiresIt() {
    let demanding = BlockFormat.all.filter(\.requiresImportance).map(\.dtype)
    #expect(Set(demanding) == [.iq2_xxs, .iq2_xs, .iq1_s])
  }

  @Test(arguments: BlockFormat.encoding, Codec.all)
  func encodesAsRecorded(_ format: BlockFormat, _ codec: Codec) throws {
    let golden = try BlockGolden.load(format.dtype)
    #expect(!golden.encode.isEmpty)
    for row in golden.encode {
      let values = row.values.floats
      #expect((row.blocks == nil) == format.requiresImportance, "\(row.name)")
      if let wanted = row.blocks {
        let blocks = codec.encode(format, values, rowLength: row.row_length, importance: nil)
        #expect(firstDifference(blocks, Array(wanted)) == nil, "\(row.name), by \(golden.source)")
      }
      guard let importance = row.importance, let wanted = row.weighted else { continue }
      let weighted = codec.encode(
        format, values, rowLength: row.row_length, importance: importance.floats)
      #expect(
        firstDifference(weighted, Array(wanted)) == nil,
        "\(row.name), weighted, by \(golden.source)")
    }
  }

  @Test(arguments: BlockFormat.all, Codec.all)
  func decodesAsRecorded(_ format: BlockFormat, _ codec: Codec) throws {
    let golden = try BlockGolden.load(format.dtype)
    #expect(!golden.decode.isEmpty)
    for blocks in golden.decode {
      let wanted = blocks.values.floats
      let values = codec.decode(format, Array(blocks.blocks), count: wanted.count)
      #expect(firstDifference(values, wanted) == nil, "\(blocks.name), by \(golden.source)")
    }
  }

  /// Rows of every length and magnitude: the kernels' lanes, tails and slow paths against the
  /// reference, which takes one block at a time.
  @Test(arguments: BlockFormat.encoding)
  func kernelsEqualReferenceOnRandomRows(_ format: BlockFormat) {
    let seed = UInt64.random(in: 0..<1 << 32)
    var random = SeededGenerator(state: seed)
    let unit = format.dtype.facts.blockElements
    for round in 0..<96 {
      let rowLength =
        unit == 1
        ? Int.random(in: 1...70, using: &random) : unit * Int.random(in: 1...5, using: &random)
      let rows = Int.random(in: 1...7, using: &random)
      let values = Self.row(kind: round % 8, rowLength * rows, &random)
      let weights = (0..<rowLength).map { _ in
        random.unit() < 0.2 ? 0 : random.normal() * random.normal()
      }
      .map(abs)
      for importance in [nil, weights] where importance != nil || !format.requiresImportance {
        let wanted = Codec.reference.encode(
          format, values, rowLength: rowLength, importance: importance)
        let decoded = Codec.reference.decode(format, wanted, count: values.count)
        for codec in Codec.all {
          let blocks = codec.encode(format, values, rowLength: rowLength, importance: importance)
          #expect(
            firstDifference(blocks, wanted) == nil,
            "\(codec), seed \(seed), round \(round), rows of \(rowLength), importance \(importance != nil)"
          )
          let again = codec.decode(format, wanted, count: values.count)
          #expect(
            firstDifference(again, decoded) == nil, "\(codec) decode, seed \(seed), round \(round)")
        }
      }
    }
  }

  /// Importance that favours nothing, for formats that cannot do without.
  private static func even(_ format: BlockFormat, _ count: Int) -> [Float]? {
    format.requiresImportance ? Array(repeating: 1, count: count) : nil
  }

  private static func row(kind: Int, _ count: Int, _ random: inout SeededGenerator) -> [Float] {
    (0..<count).map { index in
      switch kind {
      case 0: random.normal() * 0.02
      case 1: random.normal() / max(random.unit(), 0.01)
      case 2: random.normal() * 0x1p-133
      case 3: random.normal() * 1e-37
      case 4: random.normal() * 1.5e38
      case 5: Float(Int.random(in: -16...16, using: &random)) / 4
      case 6: index % 96 < 64 ? 0 : random.normal()
      // Any finite bits at all.
      default:
        Float(bitPattern: UInt32.random(in: 0..<0x7f80_0000, using: &random))
          * (random.unit() < 0.5 ? -1 : 1)
      }
    }
  }

  /// An error budget per format, so that a codec that is consistently wrong cannot pass.
  @Test(arguments: BlockFormat.encoding)
  func roundTripStaysWithinBudget(_ format: BlockFormat) throws {
    let budget: [DType: Float] = [
      .f32: 0, .f16: 3e-4, .bf16: 2.5e-3, .q8_0: 6e-3, .q6_K: 0.02, .q5_K: 0.04, .q5_1: 0.045,
      .q5_0: 0.05, .q4_K: 0.08, .q4_0: 0.1,
      .q4_1: 0.09,
      .q8_1: 6e-3,
      .q8_K: 0.01,
      .q2_K: 0.35,
      .q3_K: 0.18,
      .iq3_s: 0.2,
      .iq3_xxs: 0.23,
      .iq2_s: 0.3,
      .iq2_xs: 0.35,
      .iq2_xxs: 0.4,
      .iq1_s: 0.55,
      .iq1_m: 0.6,
      .iq4_nl: 0.1, .iq4_xs: 0.1, .mxfp4: 0.15, .nvfp4: 0.15, .tq1_0: 0.9, .tq2_0: 0.9, .q1_0: 0.7,
      .q2_0: 0.9,
    ]
    let allowed = try #require(budget[format.dtype])
    var random = SeededGenerator(state: 5)
    let values = (0..<4096).map { _ in random.normal() * 0.02 }
    let blocks = Codec.kernels(.active).encode(
      format, values, rowLength: 1024, importance: Self.even(format, 1024))
    let decoded = Codec.kernels(.active).decode(format, blocks, count: values.count)
    let error = zip(values, decoded).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let power = values.reduce(Float(0)) { $0 + $1 * $1 }
    #expect((error / power).squareRoot() <= allowed)
  }

  @Test(arguments: BlockFormat.all, Kernels.available)
  func emptyInputIsNoWork(_ format: BlockFormat, _ kernels: Kernels) {
    let rowLength = format.dtype.facts.blockElements
    #expect(
      Codec.kernels(kernels).encode(
        format, [], rowLength: rowLength, importance: Self.even(format, rowLength)) == [])
    if format.encodes {
      #expect(
        Codec.kernels(kernels).encode(format, [], rowLength: rowLength, importance: nil) == [])
    }
    #expect(Codec.kernels(kernels).decode(format, [], count: 0) == [])
  }

  /// Writers place rows by the type table alone.
  @Test(arguments: BlockFormat.encoding, Kernels.available)
  func writesExactlyTheBytesOfItsBlocks(_ format: BlockFormat, _ kernels: Kernels) {
    let facts = format.dtype.facts
    let values = [Float](repeating: 0.25, count: 3 * facts.blockElements)
    var blocks = [UInt8](repeating: 0xa5, count: 3 * facts.blockBytes + 64)
    blocks.withUnsafeMutableBytes { blocks in
      values.withUnsafeBufferPointer { values in
        let room = UnsafeMutableRawBufferPointer(rebasing: blocks[..<(3 * facts.blockBytes)])
        let importance = Self.even(format, values.count)
        guard let importance else {
          return format.encode(values, rowLength: values.count, into: room, kernels: kernels)
        }
        importance.withUnsafeBufferPointer {
          format.encode(
            values, rowLength: values.count, importance: $0, into: room, kernels: kernels)
        }
      }
    }
    #expect(blocks.suffix(64).allSatisfy { $0 == 0xa5 })
  }
}
