import ArgumentParser
import Containers
import Foundation
import Reference
import Verification

struct Perplexity: ParsableCommand, JSONCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how well a model predicts a text.",
    discussion: """
      Example: assay perplexity qwen.gguf --text wiki.test.raw --context 512 --protocol llama.cpp
      """)

  @Argument(help: "The model.", transform: filePath) var model: String
  @OptionGroup var input: TokenOptions
  @OptionGroup var scoring: ScoringOptions
  @Flag(help: "Refuse a model in which anything would be ignored.") var strict = false
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var parallel: ThreadOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let start = Date()
    let model = try ModelInput.open(model, strict: strict)
    let text = try input.load(for: model, strict: strict)
    let scoringProtocol = scoring.resolve(model, text)
    var run = PerplexityRun(try ReferenceModel(model), scoringProtocol)
    run.chunks = scoring.chunks
    let progress = ProgressLine("perplexity")
    run.budget = memory.budget
    run.onProgress = { done, soFar in
      progress.update(done: done.share, of: 1) { _ in
        let windows = "window \(done.scored) of \(done.windows)"
        return done.scored > 0 ? windows + ", perplexity \(Numbers.fixed(soFar.value, 3))" : windows
      }
    }
    let (plan, estimate) = try text.named { () throws(FormatError) in
      let plan = try run.plan(text.ids.count)
      MemoryOptions.announce(plan)
      return (plan, try run.run(text.ids, workers: parallel.workers))
    }
    progress.finish()
    let seconds = Date().timeIntervalSince(start)
    if output.json {
      Console.print([
        "perplexity": .double(estimate.value), "stderr": .double(estimate.standardError),
        "scored_tokens": .int(estimate.tokens), "tokens": .int(text.ids.count),
        "interval_95": [
          .double(estimate.interval.lowerBound), .double(estimate.interval.upperBound),
        ],
        "protocol": .string(scoringProtocol.name.rawValue),
        "context": .int(scoringProtocol.context),
        "activations": .string(scoringProtocol.activations.rawValue), "seconds": .double(seconds),
        "memory": plan.json,
      ])
    } else {
      let interval = estimate.interval
      Console.print(
        "perplexity \(Numbers.fixed(estimate.value, 4)) ± \(Numbers.fixed(estimate.standardError, 4)) "
          + "(95 %: \(Numbers.fixed(interval.lowerBound, 3)) to "
          + "\(Numbers.fixed(interval.upperBound, 3))), "
          + "\(Numbers.counted(estimate.tokens, "token")) scored, \(Numbers.duration(seconds))")
    }
  }
}
