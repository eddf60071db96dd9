import Checkpoints
import Containers
import Foundation
import TestSupport
import Testing

@testable import Architectures

/// What config.json says twice, or cannot mean.
@Suite struct ConsistencyTests {
  private func model(_ changes: [String: Any]) throws -> Model {
    let scratch = try Scratch()
    let path = scratch.file("model")
    try FileManager.default.copyItem(atPath: Families.path("qwen2-tied"), toPath: path)
    let config = URL(filePath: path + "/config.json")
    var json = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: config)) as? [String: Any])
    for key in ["rope_theta", "rope_scaling", "rope_parameters"] { json[key] = nil }
    json.merge(changes) { $1 }
    try JSONSerialization.data(withJSONObject: json).write(to: config)
    return try Model(Checkpoint(path: path))
  }

  @Test func statementsAboutRopeThatDifferAreRefused() throws {
    let linear: [String: Any] = ["rope_type": "linear", "factor": 2.0, "rope_theta": 5000]
    let contradictions: [[String: Any]] = [
      ["rope_scaling": ["type": "linear", "factor": 4.0], "rope_parameters": linear],
      ["rope_scaling": linear, "rope_parameters": ["rope_type": "default", "rope_theta": 5000]],
      ["rope_scaling": ["type": "linear"], "rope_parameters": linear],
      ["rope_theta": 10_000, "rope_parameters": linear],
      ["rope_theta": 10_000, "rope_scaling": linear],
    ]
    for contradiction in contradictions {
      let error = #expect(throws: FormatError.self) { try model(contradiction) }
      #expect(error?.message.contains("twice") == true, "\(contradiction)")
    }
    let same = try model([
      "rope_theta": 5000.0, "rope_parameters": linear,
      "rope_scaling": ["type": "linear", "factor": 2],
    ])
    #expect(same.parameters.ropeFreqBase == 5000)
    #expect(same.parameters.ropeScaling == .linear(factor: 2))
  }

  @Test func impossibleValuesAreProblems() throws {
    let found = try model(["eos_token_id": [1, 1 << 20], "layer_types": ["full_attention"]])
    let codes = Dictionary(grouping: found.problems, by: \.code)
    #expect(codes["token-beyond-vocabulary"]?.first?.subject == "eos_token_id")
    #expect(codes["layer-count"]?.count == 1)
    #expect(found.problems.allSatisfy { $0.file?.hasSuffix("config.json") == true })
    #expect(try model(["pad_token_id": -1]).problems.isEmpty)
  }
}
