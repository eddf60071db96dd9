import ArgumentParser
import Checkpoints
import Containers
import Conversion
import Foundation
import Quantization

struct Quantize: ParsableCommand, JSONCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a model smaller: straight from any input to a quantized GGUF, in one pass.",
    discussion: """
      Types: \(Preset.all.map(\.name).joined(separator: ", ")).
      No 16-bit file is written on the way, and memory stays small whatever the model's size.
      An interrupted run goes on where it stopped when the command is repeated.

      Examples:
        assay quantize Qwen2.5-7B --type Q4_K_M
        assay quantize model.gguf --type Q5_K_S -o small.gguf --dry-run
      """)

  @Argument(help: "The model.") var source: String
  @Option(help: "The mix of types.") var type: String
  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: "The file to write (default: the model's name and the type).")
  var destination: String?
  @OptionGroup var writing: WritingOptions
  @OptionGroup var parallel: ThreadOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard Preset.named(type) != nil else {
      throw ValidationError(
        "Unknown type '\(type)'. Known: \(Preset.all.map(\.name).joined(separator: ", ")).")
    }
  }

  func run() throws {
    guard let preset = Preset.named(type) else { throw ExitCode.validationFailure }
    let checkpoint = try Checkpoint(path: source)
    let path = destination ?? DefaultName.gguf(checkpoint, preset)
    if !writing.dryRun { try OutputFile.refuseExisting(path, force: writing.force) }
    let plan = try GGUFConversion(preset: preset, carriesSource: !writing.plain).plan(checkpoint)
    let run = ConversionRun(
      plan: plan, options: writing, threads: parallel.threads, label: preset.name)
    try run.announce()
    let summary = writing.dryRun ? nil : try run.write(to: path)
    if output.json { return Console.print(run.json(path, summary)) }
    if summary == nil { Console.print(run.table) }
    Console.print(
      ConversionText.line(path, plan, from: checkpoint.tensors.byteCount, summary))
  }
}

/// Names for outputs that the user did not name.
enum DefaultName {
  static func gguf(_ checkpoint: Checkpoint, _ preset: Preset) -> String {
    let name = URL(filePath: checkpoint.path).deletingPathExtension().lastPathComponent
    let stem = checkpoint.tensors.format == "gguf" ? name : checkpoint.directoryName
    return "\(stem)-\(preset.name).gguf"
  }
}

enum ConversionText {
  static func line(
    _ path: String, _ plan: ConversionPlan, from before: Int, _ summary: ConversionRun.Summary?
  ) -> String {
    var text =
      "\(path): \(plan.byteCount) bytes (\(Numbers.bytes(plan.byteCount)), from "
      + "\(Numbers.bytes(before))), \(Numbers.fixed(plan.bitsPerWeight, 3)) bits per weight"
    if let summary {
      text +=
        ", \(Numbers.duration(summary.seconds)), "
        + "\(Numbers.bytes(Machine.peakMemory)) of memory"
      if summary.resumed { text += " (resumed)" }
    } else {
      text += " (dry run: nothing was written)"
    }
    return text
  }
}
