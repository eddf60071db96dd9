import Architectures
import Checkpoints
import Containers
import Foundation
import Reference
import Tensors
import TestSupport
import Testing

@testable import Verification

@Suite struct WorstPositionTests {
  /// All logits of all positions, compared in the plainest way.
  @Test(arguments: [1, 3]) func areThoseThatBruteForceFinds(threads: Int) throws {
    let (reference, candidate) = (
      try Pair.model("qwen2-kjv"), try Pair.model("qwen2-kjv/gguf/qwen2-kjv-Q4_0.gguf")
    )
    let tokens = Array(try Pair.tokens().prefix(300))
    let scoring = ScoringProtocol(.assay, context: 128)
    let worst = try Lockstep(reference, candidate, scoring)
      .run(tokens, workers: Workers(threads: threads)).logits.worstPositions

    var all: [(position: Int, divergence: Double, p: [Double], q: [Double])] = []
    for start in stride(from: 0, to: tokens.count, by: 128) {
      let window = Array(tokens[start..<min(start + 128, tokens.count)])
      let left = try probabilities(reference, window), right = try probabilities(candidate, window)
      for (row, (p, q)) in zip(left, right).enumerated() {
        let divergence = zip(p, q).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
        all.append((start + row, divergence, p, q))
      }
    }
    let expected = all.sorted { $0.divergence > $1.divergence }.prefix(12)
    #expect(worst.map(\.position) == expected.map(\.position))
    for (found, expected) in zip(worst, expected) {
      #expect(abs(found.divergence - expected.divergence) < 1e-9)
      for (choices, all) in [(found.reference, expected.p), (found.candidate, expected.q)] {
        #expect(choices.map(\.token) == Array(all.indices.sorted { all[$0] > all[$1] }.prefix(5)))
        for choice in choices { #expect(abs(choice.probability - all[choice.token]) < 1e-9) }
      }
      #expect(found.context.last == tokens[found.position])
      let isLast = found.position % 128 == 127 || found.position == tokens.count - 1
      #expect(found.next == (isLast ? nil : tokens[found.position + 1]))
    }
  }

  private func probabilities(_ model: ReferenceModel, _ tokens: [Int]) throws -> [[Double]] {
    let pass = ForwardPass(
      model, tokens: tokens.count, context: tokens.count, workers: Workers(threads: 1))
    try pass.run(tokens)
    let width = model.model.parameters.vocabularySize
    var logits = [Float](repeating: 0, count: tokens.count * width)
    try logits.withUnsafeMutableBufferPointer { try pass.logits(of: 0..<tokens.count, into: $0) }
    return tokens.indices.map { row in
      let values = logits[row * width..<(row + 1) * width].map { exp(Double($0)) }
      let sum = values.reduce(0, +)
      return values.map { $0 / sum }
    }
  }

  @Test func equalsKeepTheirOrderAndWhatIsNoNumberComesFirst() {
    var worst = WorstPositions()
    for (position, divergence) in [0.5, 0, .nan, 0.25, 0.5, -1e-17].enumerated()
    where worst.admits(divergence) {
      worst.insert(place(position, divergence))
    }
    #expect(worst.list.map(\.position) == [2, 0, 4, 3])
    for position in 6..<40 where worst.admits(0.3) { worst.insert(place(position, 0.3)) }
    #expect(worst.list.map(\.position) == [2, 0, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14])
  }

  private func place(_ position: Int, _ divergence: Double) -> WorstPosition {
    WorstPosition(
      position: position, divergence: divergence, context: [], next: nil, reference: [],
      candidate: [])
  }
}

/// The small trained model and what was made of it.
enum Pair {
  static func model(_ path: String) throws -> ReferenceModel {
    try ReferenceModel(Model(Checkpoint(path: path.hasPrefix("/") ? path : Fixture.path(path))))
  }

  static func tokens() throws -> [Int] {
    let file = try FileBytes(path: Fixture.path("qwen2-kjv/eval.tokens.json"))
    return try JSON(file.contents(), file: file.path).elements.compactMap(\.int)
  }
}
