import ArgumentParser
import Containers
import Foundation
import Reference
import Verification

struct Verify: ParsableCommand, JSONCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run two models in lockstep on the same tokens and say how far apart they are.",
    discussion: """
      REFERENCE is the source, CANDIDATE what was made of it. Both may be in any format.
      The exit code is 1 where a threshold is not met.

      Examples:
        assay verify Qwen2.5-7B qwen-Q4_K_M.gguf --text sample.txt --chunks 2
        assay verify Qwen2.5-7B qwen-BF16.gguf --text sample.txt --max-kld 0
        assay verify a b --text sample.txt --report report.html
        assay verify Qwen2.5-72B q72.gguf --text sample.txt --chunks 4 --max-memory 16GB
        assay verify a b --text wiki.test.raw --context 512 --protocol llama.cpp --min-top1 0.95
      """)

  @Argument(help: "The model to compare with.", transform: filePath) var reference: String
  @Argument(help: "The model to judge.", transform: filePath) var candidate: String
  @OptionGroup var input: TokenOptions
  @OptionGroup var scoring: ScoringOptions
  @Option(parsing: .unconditional, help: "Fail above this mean KL divergence, in nats.")
  var maxKld: Double?
  @Option(
    parsing: .unconditional,
    help: "Fail below this share of positions with the same likeliest token (0 to 1).")
  var minTop1: Double?
  @Flag(help: "Refuse models in which anything would be ignored.") var strict = false
  @Flag(help: "List every tensor's error.") var tensors = false
  @Option(
    help: ArgumentHelp("Write it all as one HTML page.", valueName: "out.html"),
    transform: filePath)
  var report: String?
  @Flag(help: "Replace an existing report.") var force = false
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var parallel: ThreadOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let maxKld, !(maxKld >= 0) {
      throw ValidationError("--max-kld is a number of nats, 0 or more, such as 0.01.")
    }
    if let minTop1, !(0...1).contains(minTop1) {
      throw ValidationError("--min-top1 is a share from 0 to 1, such as 0.95.")
    }
  }

  func run() throws {
    let start = Date()
    let left = try ModelInput.open(reference, strict: strict)
    let right = try ModelInput.open(candidate, strict: strict)
    // A run may take hours: whether its report can be written is known before.
    if let report {
      try Output(report, force).check(
        Inputs([left.checkpoint, right.checkpoint], input.files))
      try OutputFile(path: report, byteCount: 0, force: force).discard()
    }
    let text = try input.load(for: left, strict: strict)
    var lockstep = try Lockstep(
      ReferenceModel(left), ReferenceModel(right), scoring.resolve(left, text))
    lockstep.chunks = scoring.chunks
    let progress = ProgressLine("verify")
    lockstep.budget = memory.budget
    lockstep.onProgress = { done, soFar in
      progress.update(done: done.share, of: 1) { _ in
        let windows = "window \(done.scored) of \(done.windows)"
        guard done.scored > 0 else { return windows }
        return windows + ", KLD \(Numbers.fixed(soFar.divergence.mean.value, 6))"
      }
    }
    let found = try text.named { () throws(FormatError) in
      MemoryOptions.announce(try lockstep.plan(text.ids.count))
      return try lockstep.run(text.ids, workers: parallel.workers)
    }
    progress.finish()
    let thresholds = VerificationReport.Thresholds(maxKLD: maxKld, minTop1: minTop1)
    if output.json {
      var json = found.json(thresholds, tokenizer: text.tokenizer)
      json["memory"] = found.plan.json
      Console.print(json)
    } else {
      VerifyText(
        found, thresholds, TokenText(text.tokenizer), seconds: Date().timeIntervalSince(start)
      ).print(tensors: tensors)
    }
    // What was measured is out: a disk that is full costs the page alone.
    if let report {
      let page = ReportPage(
        found, thresholds, tokenizer: text.tokenizer, command: Verify.command,
        version: Assay.version)
      try OutputFile.write(Array(page.html.utf8), to: report, force: force)
      if !output.json { Console.print("report     \(report)") }
    }
    if !found.verdict(thresholds).passed { throw ExitCode(1) }
  }

  /// The command as it was typed, without its report: that is there already.
  private static var command: [String] {
    var words = ["assay"]
    var isReport = false
    for word in CommandLine.arguments.dropFirst() {
      if !isReport, word != "--report", word != "--force", !word.hasPrefix("--report=") {
        words.append(word)
      }
      isReport = word == "--report"
    }
    return words
  }
}
