import ArgumentParser
import Checkpoints
import Containers
import Tokenizers

struct Tokenize: ParsableCommand, JSONCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn text into token ids, and back.",
    discussion: """
      Examples:
        assay tokenize qwen.gguf "Hello, world"
        assay tokenize Qwen2.5-7B --text README.md --json
        assay tokenize Qwen2.5-7B --decode "9707 11 1879"
        echo '["one line", "another"]' | assay tokenize Qwen2.5-7B --lines --json
      """)

  @Argument(help: "The model.", transform: filePath) var model: String
  @Argument(help: "The text; without it, --text or standard input.") var words: String?
  @Option(
    name: .customLong("text"), help: "A file of UTF-8 text; - reads standard input.",
    transform: filePath)
  var file: String?
  @Flag(help: "The input is token ids, separated by spaces or commas: print their text.")
  var decode = false
  @Flag(help: "Standard input is a JSON array of strings; each is tokenized by itself.")
  var lines = false
  @Flag(help: "Leave out the tokens that the model's template adds, such as bos.")
  var noSpecial = false
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if words != nil && file != nil { throw ValidationError("Give the text once.") }
    if lines && (words != nil || decode) {
      throw ValidationError("--lines reads a JSON array from standard input.")
    }
  }

  func run() throws {
    let tokenizer = try TokenizerFiles.load(Checkpoint(path: model))
    for note in tokenizer.notes { Console.note("note: \(note)") }
    if lines { return try tokenizeLines(tokenizer) }
    let input = try words.map { Array($0.utf8) } ?? TokenOptions.read(file ?? "-")
    if decode { return try printText(tokenizer, input) }
    Console.report(TokenOptions.problems(of: input, from: file ?? "-"))
    let ids = try tokenizer.encode(input, addSpecial: !noSpecial)
    guard output.json else {
      for id in ids { Console.print("\(id)\t\(Tokenize.visible(tokenizer.piece(id)))") }
      return Console.note(Numbers.counted(ids.count, "token"))
    }
    Console.print([
      "ids": .array(ids.map(JSONValue.int)),
      "tokens": .array(ids.map { .string(tokenizer.piece($0).text) }),
    ])
  }

  private func tokenizeLines(_ tokenizer: Tokenizer) throws {
    let path = file ?? "-"
    let json = try JSON(try TokenOptions.read(path), file: path)
    let texts = json.elements.compactMap(\.bytes)
    guard json.kind == .array, texts.count == json.count else {
      throw FormatError(
        .damaged, "is not a JSON array of strings", file: path,
        remedy: "Write the texts as [\"one\", \"two\"].")
    }
    let lines = try texts.map { try tokenizer.encode($0.bytes, addSpecial: !noSpecial) }
    guard output.json else {
      for ids in lines { Console.print(ids.map(String.init).joined(separator: " ")) }
      return
    }
    Console.print(["lines": .array(lines.map { ["ids": .array($0.map(JSONValue.int))] })])
  }

  private func printText(_ tokenizer: Tokenizer, _ input: [UInt8]) throws {
    let words = String(decoding: input, as: UTF8.self).split {
      $0.isWhitespace || $0 == "," || $0 == "[" || $0 == "]"
    }
    let ids = try words.map { word in
      guard let id = Int(word), id >= 0, id < tokenizer.vocabularySize else {
        throw FormatError(
          .damaged, "the model has no token of this id", file: model, subject: String(word),
          expected: "a whole number below \(tokenizer.vocabularySize)",
          remedy: "Take ids that this model's own tokenizer makes.")
      }
      return id
    }
    let text = ByteString(tokenizer.decode(ids, skipSpecial: noSpecial)).text
    Console.print(
      output.json ? JSONValue.object([.init(key: "text", value: .string(text))]).serialized() : text
    )
  }

  /// Control characters would spoil the terminal.
  private static func visible(_ piece: ByteString) -> String {
    String(piece.text.unicodeScalars.map { $0.value < 32 ? "·" : Character($0) })
  }
}
