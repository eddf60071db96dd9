import Architectures
import ArgumentParser
import Containers
import Foundation
import Generation
import Reference

struct Generate: ParsableCommand, JSONCommand {
  static let configuration = CommandConfiguration(
    abstract: "Continue a text with the reference model.",
    discussion: """
      The text appears as it comes. Sampling is as the model's generation_config.json says, else
      greedy; the same seed gives the same text.

      Examples:
        assay generate Qwen2.5-0.5B --prompt "In the beginning" -n 40
        assay generate qwen.gguf --prompt "Once" --temperature 0.8 --top-p 0.95 --seed 7
        cat prompt.txt | assay generate qwen.gguf --text - --json
      """)

  @Argument(help: "The model.", transform: filePath) var model: String
  @Option(
    name: .shortAndLong, parsing: .unconditional, help: "The text to continue.") var prompt: String?
  @Option(
    help: ArgumentHelp("A file of UTF-8 text to continue; - reads standard input."),
    transform: filePath)
  var text: String?
  @OptionGroup var options: SamplingOptions
  @Flag(help: "Refuse a model in which anything would be ignored.") var strict = false
  @OptionGroup var parallel: ThreadOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (prompt == nil) != (text == nil) else {
      throw ValidationError("Give either --prompt TEXT or --text FILE.")
    }
  }

  func run() throws {
    let model = try ModelInput.open(model, strict: strict)
    let tokenizer = try TokenizerFiles.load(model.checkpoint)
    let bytes = try prompt.map { Array($0.utf8) } ?? TokenOptions.read(text ?? "-")
    let ids = try tokenizer.encode(bytes, addSpecial: true)
    guard !ids.isEmpty else {
      throw FormatError(.damaged, "the prompt holds no token", remedy: "Give a longer prompt.")
    }
    let defaults = try GenerationDefaults(model, tokenizer)
    let reference = try ReferenceModel(model)
    let sequence = TokenSequence(
      reference, context: options.room(model), workers: parallel.workers)
    var sampler = Sampler(options.sampling(defaults))
    var generation = Generation()
    generation.endTokens = defaults.endTokens
    generation.stops = options.stop
    generation.limit = options.maxTokens
    if !output.json {
      Console.write(String(decoding: bytes, as: UTF8.self), to: 1)
      generation.onText = {
        Console.write($0, to: 1)
        return !Console.isDeaf
      }
    }
    let start = Date()
    let progress = ProgressLine("prompt", active: ids.count > 64)
    try sequence.append(ids) { done in
      progress.update(done: Double(done), of: Double(ids.count)) { _ in "token \(done)" }
    }
    progress.finish()
    let begun = Date()
    let result = try generation.run(sequence, &sampler, tokenizer: tokenizer)
    report(result, prompt: ids, begun.timeIntervalSince(start), Date().timeIntervalSince(begun))
  }

  private func report(
    _ result: Generation.Result, prompt: [Int], _ promptSeconds: Double, _ seconds: Double
  ) {
    guard output.json else {
      Console.print("")
      let rate = Numbers.fixed(Double(result.ids.count) / max(seconds, 1e-9), 1)
      return Console.note(
        "\(Numbers.counted(result.ids.count, "token")), \(rate) a second, ended by "
          + result.end.rawValue.replacingOccurrences(of: "_", with: " "))
    }
    Console.print([
      "prompt_ids": .array(prompt.map(JSONValue.int)), "ids": .array(result.ids.map(JSONValue.int)),
      "text": .string(result.text), "end": .string(result.end.rawValue),
      "prompt_seconds": .double(promptSeconds), "seconds": .double(seconds),
    ])
  }
}
