import ArgumentParser
import Containers
import Foundation

struct Demo: ParsableCommand, JSONCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the main job, end to end, on the model that comes with the source.",
    discussion: """
      Inspects a small trained model, quantizes it, and verifies the result against the source.
      """)

  @Option(
    help: "A model directory to use instead of the one in Fixtures.", transform: filePath)
  var model: String?
  @Option(help: "The mix of types.") var type = "Q4_K_M"
  @Option(help: "Keep the quantized file here.", transform: filePath) var keep: String?
  @OptionGroup var output: OutputOptions

  func validate() throws { try TypeOptions.require(preset: type) }

  func run() throws {
    let source = try model ?? Demo.embedded()
    let scratch = FileManager.default.temporaryDirectory.appending(
      path: "assay-demo-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let target = keep ?? scratch.appending(path: "demo-\(type).gguf").path
    let text = source + "/eval.txt"
    var steps = [
      ["inspect", source],
      ["quantize", source, "--type", type, "-o", target],
    ]
    if FileManager.default.fileExists(atPath: text) {
      steps.append([
        "verify", source, target, "--text", text, "--context", "256", "--chunks", "8",
      ])
    }
    guard output.json else {
      for step in steps where !Console.isDeaf {
        Console.print(Console.style("\n$ assay " + step.joined(separator: " "), .cyan))
        var command = try Assay.parseAsRoot(step)
        try command.run()
      }
      return
    }
    try printJSON(steps)
  }

  /// One document: each step's under its name, as far as they came.
  private func printJSON(_ steps: [[String]]) throws {
    var document: JSONValue = [:]
    var failure: (any Error)?
    for step in steps where failure == nil {
      let answer = Console.collecting {
        var command = try Assay.parseAsRoot(step + ["--json"])
        try command.run()
      }
      failure = answer.error
      for answer in answer.documents { document[step[0]] = answer }
    }
    // An error has its own document.
    if failure == nil || failure is ExitCode { Console.print(document) }
    if let failure { throw failure }
  }

  /// Looks for the model from the program's own place upwards, then from the current directory.
  private static func embedded() throws(FormatError) -> String {
    let program = (Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0]))
      .resolvingSymlinksInPath()
    let here = URL(filePath: FileManager.default.currentDirectoryPath)
    for start in [here, program] {
      var directory = start
      while directory.path != "/" {
        let model = directory.appending(path: "Fixtures/qwen2-kjv")
        if FileManager.default.fileExists(atPath: model.appending(path: "config.json").path) {
          return start == here && directory == here ? "Fixtures/qwen2-kjv" : model.path
        }
        directory = directory.deletingLastPathComponent()
      }
    }
    throw FormatError(
      .missing, "the model that comes with the source is not near the program",
      expected: "Fixtures/qwen2-kjv in this directory or above it",
      remedy: "Run it in the source tree, or name a model: assay demo --model DIR.")
  }
}
