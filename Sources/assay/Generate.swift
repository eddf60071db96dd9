import Architectures
import ArgumentParser
import Checkpoints
import Containers
import Foundation
import Reference
import Tokenizers

struct Generate: ParsableCommand, JSONCommand {
  static let configuration = CommandConfiguration(
    abstract: "Continue a text.",
    discussion: """
      Takes the likeliest token each time, or draws one where --temperature is above 0. Ends where \
      the model ends its text. The prompt is read as it is: no chat template is put around it.

      Examples:
        assay generate qwen.gguf --prompt "In the beginning" --limit 32
        assay generate Qwen2.5-0.5B --text prompt.txt --temperature 0.7 --top-p 0.8 --seed 1
      """)

  @Argument(help: "The model.", transform: filePath) var model: String
  @Option(help: "The text to continue; without it, --text or --tokens.") var prompt: String?
  @Option(
    help: ArgumentHelp("UTF-8 text; - reads standard input.", valueName: "file"),
    transform: filePath)
  var text: String?
  @Option(
    help: ArgumentHelp("A JSON array of token ids.", valueName: "file"), transform: filePath)
  var tokens: String?
  @Option(parsing: .unconditional, help: "At most this many tokens.") var limit = 128
  @Option(parsing: .unconditional, help: "What logits are divided by; 0 takes the likeliest.")
  var temperature = 0.0
  @Option(parsing: .unconditional, help: "Only so many of the likeliest tokens; 0 is all.")
  var topK = 0
  @Option(parsing: .unconditional, help: "Only the likeliest that have this probability together.")
  var topP = 1.0
  @Option(parsing: .unconditional, help: "The same seed draws the same tokens.")
  var seed: UInt64 = 0
  @Flag(help: "Refuse a model in which anything would be ignored.") var strict = false
  @OptionGroup var parallel: ThreadOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard [prompt, text, tokens].compactMap(\.self).count == 1 else {
      throw ValidationError("Give one of --prompt TEXT, --text FILE and --tokens FILE.")
    }
    guard (1...(1 << 20)).contains(limit) else {
      throw ValidationError("--limit must be from 1 to \(1 << 20).")
    }
    guard temperature >= 0, temperature.isFinite else {
      throw ValidationError("--temperature must not be negative.")
    }
    guard topK >= 0, topP > 0, topP <= 1 else {
      throw ValidationError("--top-k must not be negative, and --top-p above 0 and at most 1.")
    }
  }

  func run() throws {
    let start = Date()
    let model = try ModelInput.open(model, strict: strict)
    let input = try self.input(for: model)
    let generation = Generation(
      try ReferenceModel(model), prompt: input.ids, limit: limit,
      sampling: Sampling(temperature: temperature, topK: topK, topP: topP, seed: seed),
      workers: parallel.workers)
    let ends = EndTokens.of(model, input.tokenizer)
    var shown = Shown(input.tokenizer)
    while let token = try generation.next(), !Console.isDeaf {
      if ends.contains(token) { break }
      if !output.json { shown.add(token) }
    }
    let ids = generation.continuation
    let text = input.tokenizer.map { ByteString($0.decode(ids, skipSpecial: true)).text }
    guard output.json else { return shown.finish() }
    Console.print([
      "prompt": .array(input.ids.map(JSONValue.int)), "ids": .array(ids.map(JSONValue.int)),
      "text": .optional(text), "ended": .bool(ids.last.map(ends.contains) ?? false),
      "seconds": .double(Date().timeIntervalSince(start)),
    ])
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
}

/// The tokens that end a model's text.
private enum EndTokens {
  static func of(_ model: Model, _ tokenizer: Tokenizer?) -> Set<Int> {
    let checkpoint = model.checkpoint
    let stated = [try? checkpoint.json(of: .generationConfig), checkpoint.config].lazy
      .compactMap { $0?.present("eos_token_id") }.first
    let metadata = checkpoint.tensors.metadata["tokenizer.ggml.eot_token_id"]?.int
    let ids = stated.map { $0.kind == .array ? $0.elements.map(\.int) : [$0.int] } ?? []
    return Set((ids + [metadata, tokenizer?.eos]).compactMap(\.self))
  }
}

/// What has been printed of a continuation: whole characters only.
private struct Shown {
  private let tokenizer: Tokenizer?
  private var ids: [Int] = []
  private var printed = 0

  init(_ tokenizer: Tokenizer?) { self.tokenizer = tokenizer }

  mutating func add(_ id: Int) {
    ids.append(id)
    guard let tokenizer else { return Console.show(ids.count == 1 ? "\(id)" : " \(id)") }
    let bytes = tokenizer.decode(ids, skipSpecial: true)
    guard bytes.count > printed, let text = String(validating: bytes[printed...], as: UTF8.self)
    else { return }
    Console.show(text)
    printed = bytes.count
  }

  /// A character that was cut is shown as such.
  func finish() {
    let rest = tokenizer.map { $0.decode(ids, skipSpecial: true).dropFirst(printed) } ?? []
    Console.print(String(decoding: rest, as: UTF8.self))
  }
}
