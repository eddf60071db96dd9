import Architectures
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

      A recipe says the type of every tensor. --save-recipe keeps the one that was used, as JSON;
      --recipe uses it again, changed by hand or not.

      Examples:
        assay quantize Qwen2.5-7B --type Q4_K_M
        assay quantize model.gguf --type Q5_K_S -o small.gguf --dry-run
        assay quantize Qwen2.5-7B --type IQ3_XXS --imatrix qwen.imatrix.gguf
        assay quantize Qwen2.5-7B --type Q4_K_M --tensor-type 'ffn_down=q6_K' --tensor-type 'attn_v=q8_0'
      """)

  @Argument(help: "The model.", transform: filePath) var source: String
  @Option(help: "The mix of types.") var type: String?
  @Option(
    help: ArgumentHelp("Use the types that a recipe gives.", valueName: "file"),
    transform: filePath)
  var recipe: String?
  @Option(
    help: ArgumentHelp("Write the recipe that is used.", valueName: "file"), transform: filePath)
  var saveRecipe: String?
  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: "The file to write (default: the model's name and the type).", transform: filePath)
  var destination: String?
  @OptionGroup var types: TypeOptions
  @OptionGroup var writing: WritingOptions
  @OptionGroup var parallel: ThreadOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (type == nil) != (recipe == nil) else {
      throw ValidationError("Give either --type or --recipe.")
    }
    if let type { try TypeOptions.require(preset: type) }
  }

  func run() throws {
    let model = try Model(Checkpoint(path: source))
    let importance = try types.imatrix.map(ImportanceMatrix.init(path:))
    let recipe = try recipe(for: model, hasImportance: importance != nil)
    let path = destination ?? DefaultName.gguf(model.checkpoint, recipe.preset)
    let plan = try GGUFSource(model, carriesSource: !writing.plain)
      .plan(recipe, importance: importance)
    var run = ConversionRun(
      plan: plan, options: writing, threads: parallel.threads, label: recipe.preset.name,
      outputs: ([path] + [saveRecipe].compactMap(\.self)).map { Output($0, writing.force) },
      inputs: Inputs([model.checkpoint], [self.recipe, types.imatrix, types.tensorTypeFile]))
    run.nonFinite = types.nonFinite
    try run.announce()
    if let saveRecipe, !writing.dryRun {
      let text = recipe.json(for: model).serialized(pretty: true)
      try OutputFile.write(Array(text.utf8), to: saveRecipe, force: writing.force)
    }
    let summary = writing.dryRun ? nil : try run.write(to: path)
    if output.json { return Console.print(run.json(path, summary)) }
    if summary == nil { Console.print(run.table) }
    Console.print(
      ConversionText.line(path, plan, from: model.checkpoint.tensors.byteCount, summary))
  }

  private func recipe(for model: Model, hasImportance: Bool) throws -> Recipe {
    if let recipe {
      return try Recipe(
        json: JSON(TokenOptions.read(recipe), file: recipe), file: recipe, for: model)
    }
    guard let preset = type.flatMap(Preset.named) else { throw ExitCode.validationFailure }
    var choices = try types.choices(preset)
    choices.hasImportance = hasImportance
    return Recipe(choices, for: model)
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
