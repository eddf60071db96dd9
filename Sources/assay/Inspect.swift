import ArgumentParser
import Checkpoints
import Containers

struct Inspect: ParsableCommand, JSONCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what a model is, whether it is whole and sane, and what it needs.",
    discussion: """
      Reads headers only. The exit code is 1 where something is wrong.

      Examples:
        assay inspect Qwen2.5-7B
        assay inspect model.gguf --tensors --filter ffn_down
        assay inspect model.gguf --metadata --json
      """)

  @Argument(help: "The model.", transform: filePath) var model: String
  @Flag(help: "List the tensors.") var tensors = false
  @Flag(help: "List the metadata.") var metadata = false
  @Option(
    help: "List only tensors and keys whose name contains this; without --metadata, the tensors.")
  var filter: String?
  @OptionGroup var output: OutputOptions

  func run() throws {
    let tensors = tensors || (filter != nil && !metadata)
    let inspection = try Inspection(Checkpoint(path: model))
    if output.json {
      Console.print(
        InspectJSON(inspection, filter: filter).document(tensors: tensors, metadata: metadata))
    } else {
      let text = InspectText(inspection, filter: filter)
      text.printSummary()
      if metadata { text.printMetadata() }
      if tensors { text.printTensors() }
      text.printHealth()
    }
    if inspection.problems.contains(where: { $0.severity == .error }) { throw ExitCode(1) }
  }
}
