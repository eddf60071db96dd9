import Architectures
import ArgumentParser
import Checkpoints
import Containers
import Conversion
import Foundation
import Quantization
import Tensors

struct Convert: ParsableCommand, JSONCommand {
  static let configuration = CommandConfiguration(
    abstract: "Convert between Hugging Face directories and GGUF, losing nothing unless asked to.",
    discussion: """
      Without --type nothing is lost: the way to GGUF keeps BF16 as BF16 and F16 as F16, and the
      way back restores the types that the model had. Experts that are packed as MXFP4 go to GGUF
      as they are, whatever the type of the others, and back.

      Examples:
        assay convert Qwen2.5-7B -o qwen.gguf
        assay convert qwen.gguf --to safetensors -o Qwen2.5-7B-restored
        assay convert qwen-Q4_K_M.gguf --to safetensors --type bf16 -o dequantized
      """)

  enum Target: String, ExpressibleByArgument, CaseIterable { case gguf, safetensors }
  enum PlainType: String, ExpressibleByArgument, CaseIterable { case f32, f16, bf16 }

  @Argument(help: "The model.", transform: filePath) var source: String
  @Option(
    name: [.customShort("o"), .customLong("output")], help: "The file or directory to write.",
    transform: filePath)
  var destination: String
  @Option(help: "The format to write (default: the other one).") var to: Target?
  @Option(help: "Store matrices in this type (default: the one they have).") var type: PlainType?
  @OptionGroup var writing: WritingOptions
  @OptionGroup var parallel: ThreadOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let checkpoint = try Checkpoint(path: source)
    let target = to ?? (checkpoint.tensors.format == "gguf" ? .safetensors : .gguf)
    let plan =
      switch target {
      case .gguf:
        try convertedPlan(checkpoint)
      case .safetensors:
        try ConversionPlan.safetensors(
          Model(checkpoint), type: type.flatMap { DType(rawValue: $0.rawValue.uppercased()) })
      }
    let run = ConversionRun(
      plan: plan, options: writing, threads: parallel.threads, label: target.rawValue,
      outputs: [Output(destination, writing.force, isDirectory: target == .safetensors)],
      inputs: Inputs([checkpoint]))
    try run.announce()
    let summary = writing.dryRun ? nil : try write(run, target)
    if output.json { return Console.print(run.json(destination, summary)) }
    if summary == nil { Console.print(run.table) }
    Console.print(
      ConversionText.line(destination, plan, from: checkpoint.tensors.byteCount, summary))
  }

  private func convertedPlan(_ checkpoint: Checkpoint) throws -> ConversionPlan {
    let model = try Model(checkpoint)
    let recipe = Recipe(TypeChoices(try preset(for: checkpoint)), for: model)
    return try GGUFSource(model, carriesSource: !writing.plain).plan(recipe)
  }

  private func write(_ run: ConversionRun, _ target: Target) throws -> ConversionRun.Summary {
    guard target == .safetensors else { return try run.write(to: destination) }
    let directory = try OutputDirectory(path: destination, force: writing.force)
    do {
      let summary = try run.write(to: directory.file("model.safetensors"), force: true)
      for companion in run.plan.companions {
        try OutputFile.write(companion.bytes, to: directory.file(companion.name), force: true)
      }
      try directory.commit()
      return summary
    } catch let error as FormatError {
      directory.discard()
      throw error
    }
  }

  /// The type that most matrices have already, where the user names none.
  private func preset(for checkpoint: Checkpoint) throws -> Preset {
    let wanted = type?.rawValue.uppercased() ?? Convert.bulkType(checkpoint).name
    guard let preset = Preset.named(wanted), preset.isPlain else {
      throw FormatError(
        .unknown, "its matrices are \(wanted), which has no lossless GGUF type here",
        file: checkpoint.path, remedy: "Name one: --type f32, f16 or bf16.")
    }
    return preset
  }

  private static func bulkType(_ checkpoint: Checkpoint) -> DType {
    // Packed weights of a Hugging Face checkpoint stay as they are.
    let matrices = checkpoint.tensors.tensors.filter {
      $0.shape.dimensions.count > 1
        && !($0.dtype == .mxfp4 && checkpoint.tensors.format == "safetensors")
    }
    let sizes = Dictionary(grouping: matrices, by: \.dtype).mapValues {
      $0.reduce(0) { $0 + $1.elementCount }
    }
    return sizes.heaviest ?? .f32
  }
}
