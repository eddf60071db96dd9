import Architectures
import ArgumentParser
import Containers
import Foundation
import Generation
import Reference
import Tokenizers

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
  @Option(
    help: ArgumentHelp("A JSON array of token ids to continue.", valueName: "file"),
    transform: filePath)
  var tokens: String?
  @OptionGroup var options: SamplingOptions
  @Flag(help: "Refuse a model in which anything would be ignored.") var strict = false
  @OptionGroup var parallel: ThreadOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard [prompt, text, tokens].compactMap(\.self).count == 1 else {
      throw ValidationError("Give one of --prompt TEXT, --text FILE and --tokens FILE.")
    }
  }

  func run() throws {
    let model = try ModelInput.open(model, strict: strict)
    let input = try input(for: model)
    let (ids, tokenizer) = (input.ids, input.tokenizer)
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
      Console.show(Generate.spelled(ids, tokenizer))
      generation.onText = {
        Console.show($0)
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
    report(
      result, prompt: ids, hasText: tokenizer != nil, begun.timeIntervalSince(start),
      Date().timeIntervalSince(begun))
  }

  private func input(for model: Model) throws -> TokenizedText {
    guard let prompt else {
      return try TokenOptions.load(text: text, tokens: tokens, for: model, strict: strict)
    }
    let tokenizer = try TokenizerFiles.load(model.checkpoint)
    let ids = try tokenizer.encode(Array(prompt.utf8), addSpecial: true)
    guard !ids.isEmpty else {
      throw FormatError(
        .damaged, "the prompt holds no token", file: "--prompt", remedy: "Give a longer text.")
    }
    return TokenizedText(ids: ids, tokenizer: tokenizer, bos: nil, source: "--prompt")
  }

  private static func spelled(_ ids: [Int], _ tokenizer: Tokenizer?) -> String {
    tokenizer.map { String(decoding: $0.decode(ids, skipSpecial: true), as: UTF8.self) } ?? ""
  }

  private func report(
    _ result: Generation.Result, prompt: [Int], hasText: Bool, _ promptSeconds: Double,
    _ seconds: Double
  ) {
    guard output.json else {
      let ids = result.ids.map(String.init).joined(separator: " ")
      Console.print(hasText ? "" : ids)
      let rate = Numbers.fixed(Double(result.ids.count) / max(seconds, 1e-9), 1)
      return Console.note(
        "\(Numbers.counted(result.ids.count, "token")), \(rate) a second, ended by "
          + result.end.rawValue.replacingOccurrences(of: "_", with: " "))
    }
    Console.print([
      "prompt_ids": .array(prompt.map(JSONValue.int)), "ids": .array(result.ids.map(JSONValue.int)),
      "text": hasText ? .string(result.text) : .null, "end": .string(result.end.rawValue),
      "prompt_seconds": .double(promptSeconds), "seconds": .double(seconds),
    ])
  }
}
