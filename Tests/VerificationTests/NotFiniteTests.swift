import Architectures
import Checkpoints
import Containers
import Foundation
import Reference
import Tensors
import TestSupport
import Testing

@testable import Verification

/// Models that compute no numbers, and texts that predict nothing.
@Suite struct NotFiniteTests {
  private let scratch: Scratch
  private let broken: ReferenceModel
  private let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.file("broken")
    try FileManager.default.copyItem(atPath: Families.path("qwen2-tied"), toPath: path)
    let weights = path + "/model.safetensors"
    let file = try SafetensorsFile(path: weights)
    let info = try #require(file.tensor(named: "model.norm.weight"))
    let handle = try FileHandle(forWritingTo: URL(filePath: weights))
    try handle.seek(toOffset: UInt64(try file.location(of: info).offset))
    try handle.write(contentsOf: [UInt8](repeating: 0xff, count: info.byteCount))
    try handle.close()
    broken = try ReferenceModel(Model(Checkpoint(path: path)))
  }

  private var sound: ReferenceModel {
    get throws { try ReferenceModel(Families.model("qwen2-tied")) }
  }

  @Test func perplexityIsRefused() throws {
    let run = PerplexityRun(broken, ScoringProtocol(.assay, context: 8))
    let error = #expect(throws: FormatError.self) {
      try run.run([1, 2, 3, 4], workers: Workers(threads: 1))
    }
    #expect(error?.file == path && error?.message.contains("not finite") == true)
  }

  @Test func theReportSaysWhose() throws {
    let report = try Lockstep(sound, broken, ScoringProtocol(.assay, context: 8))
      .run([1, 2, 3, 4], workers: Workers(threads: 1))
    let verdict = report.verdict(.init(maxKLD: 1))
    #expect(!verdict.passed)
    #expect(verdict.reasons.first == "the candidate's logits hold values that are not finite")
    let html = ReportPage(
      report, .init(maxKLD: 1), tokenizer: nil, command: ["assay"], version: "1"
    ).html
    #expect(!html.contains("nan") && html.contains("its logits are not finite"))
  }

  @Test func nothingIsPredictedByOneToken() throws {
    for name in ScoringProtocol.Name.allCases {
      let scoring = ScoringProtocol(name, context: 8)
      #expect(throws: FormatError.self) {
        try PerplexityRun(sound, scoring).run([1], workers: Workers(threads: 1))
      }
      #expect(throws: FormatError.self) {
        try Lockstep(sound, sound, scoring).run([1], workers: Workers(threads: 1))
      }
    }
  }

  @Test func theIntervalStaysPositive() {
    let estimate = PerplexityEstimate(surprises: [0.1, 12])
    #expect(estimate.interval.lowerBound > 0)
    #expect(estimate.interval.contains(estimate.value))
    #expect(PerplexityEstimate(surprises: [.nan]).interval == 0 ... .infinity)
  }
}
