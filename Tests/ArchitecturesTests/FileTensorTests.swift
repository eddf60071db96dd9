import Architectures
import TestSupport
import Testing

/// Rows of file tensors and rows of logical ones, there and back.
@Suite struct FileTensorTests {
  /// Every arrangement that no small family has.
  static let strange = Architecture(
    name: "strange", huggingFace: ["Strange"], modelType: "strange",
    rope: (huggingFace: .halves, gguf: .pairs), config: ConfigTable([]),
    tensors: [
      .block(
        .attnQ, .fused("wqkv", groups: .headsKV), [.heads * .headDimension, .embedding],
        rotated: .heads, gguf: .fused(.attnQKV)),
      .block(
        .attnK, .fused("wqkv", groups: .headsKV), [.headsKV * .headDimension, .embedding],
        rotated: .headsKV, gguf: .fused(.attnQKV)),
      .block(
        .attnV, .fused("wqkv", groups: .headsKV), [.headsKV * .headDimension, .embedding],
        gguf: .fused(.attnQKV)),
      .block(
        .ffnGateExps, .alternating("gate_up", isTransposed: true),
        [.experts, .feedForward, .embedding]),
      .block(
        .ffnUpExps, .alternating("gate_up", isTransposed: true),
        [.experts, .feedForward, .embedding]),
      .bias(.ffnGateExps, .alternating("gate_up"), [.experts, .feedForward]),
      .bias(.ffnUpExps, .alternating("gate_up"), [.experts, .feedForward]),
      .block(.ffnDownExps, "experts.*.down", [.experts, .embedding, .feedForward]),
      .block(
        .attnKB, .fused("kv_b", groups: .heads), [.heads, .headDimension, .embedding],
        gguf: .transposed("attn_k_b")),
      .block(.attnVB, .fused("kv_b", groups: .heads), [.heads, .valueDimension, .embedding]),
    ], block: [], head: [])

  static let parameters: HyperParameters = {
    var parameters = HyperParameters()
    parameters.blockCount = 2
    parameters.embeddingLength = 6
    parameters.feedForwardLength = 5
    (parameters.headCount, parameters.headCountKV) = (4, 2)
    (parameters.keyLength, parameters.ownValueLength) = (4, 6)
    parameters.expertCount = 3
    return parameters
  }()

  static func check(_ family: Architecture, _ parameters: HyperParameters) throws {
    var counts: [[Model.Key: Set<Int>]] = []
    for convention in [Architecture.Convention.huggingFace, .gguf] {
      var seen: [Model.Key: Set<Int>] = [:]
      let files = try family.files(convention, parameters)
      #expect(Set(files.map(\.name)).count == files.count)
      for file in files where !file.strips.contains(where: \.spec.isGenerated) {
        #expect(file.shape.elementCount == file.rows * file.columns, "\(file.name)")
        for row in 0..<file.rows {
          let found = try #require(file.locate(row), "\(file.name) \(row)")
          #expect(file.place(found.row, of: found.strip) == row, "\(file.name)")
          #expect(seen[found.strip.key, default: []].insert(found.row).inserted, "\(file.name)")
        }
      }
      for (key, rows) in seen { #expect(rows == Set(0..<rows.count), "\(key)") }
      counts.append(seen)
    }
    #expect(counts[0] == counts[1], "both conventions hold the same rows")
  }

  @Test func everyArrangementIsAPermutation() throws {
    try Self.check(Self.strange, Self.parameters)
    let files = try Self.strange.files(.huggingFace, Self.parameters)
    func file(_ name: String) throws -> FileTensor {
      try #require(files.first { $0.name == "model.layers.0." + name })
    }
    // Two query heads, one key head and one value head to a group.
    let roles = try (0..<32).map { try #require(file("wqkv.weight").locate($0)).strip.spec.role }
    let group =
      Array(repeating: TensorRole.attnQ, count: 8)
      + Array(repeating: .attnK, count: 4) + Array(repeating: .attnV, count: 4)
    #expect(roles == group + group)
    #expect(try file("gate_up.weight").shape.dimensions == [3, 6, 10])
    #expect(try file("gate_up.bias").shape.dimensions == [3, 10])
    #expect(try file("gate_up.weight").locate(11)?.strip.spec.role == .ffnUpExps)
    #expect(try file("kv_b.weight").shape.dimensions == [40, 6])
  }

  @Test(arguments: Families.all)
  func filesOfEveryFamilyHoldTheSameRows(_ name: String) throws {
    let model = try Families.model(name)
    try Self.check(model.architecture, model.parameters)
  }
}
