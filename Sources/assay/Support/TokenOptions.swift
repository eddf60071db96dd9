import Architectures
import ArgumentParser
import Checkpoints
import Containers
import Foundation
import Tokenizers

/// The ids of a text.
struct TokenizedText {
  let ids: [Int]
  let tokenizer: Tokenizer?
  /// What every text of the model begins with.
  let bos: Int?
  /// The file that they come from.
  let source: String

  /// An error about the text names its file.
  func named<Result>(_ body: () throws(FormatError) -> Result) throws(FormatError) -> Result {
    do throws(FormatError) { return try body() } catch { throw error.inFile(source) }
  }
}

/// Where the tokens of a run come from.
struct TokenOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("UTF-8 text; - reads standard input.", valueName: "file"),
    transform: filePath)
  var text: String?

  @Option(
    help: ArgumentHelp("A JSON array of token ids; needs no tokenizer.", valueName: "file"),
    transform: filePath)
  var tokens: String?

  func validate() throws {
    guard (text == nil) != (tokens == nil) else {
      throw ValidationError("Give either --text FILE or --tokens FILE.")
    }
  }

  var files: [String?] { [text, tokens] }

  /// The ids, and what spells them. Ids from a file need no tokenizer: without one they are shown
  /// as numbers. Throws where there are none, and where the model does not have one of them.
  func load(for model: Model, strict: Bool) throws -> TokenizedText {
    try TokenOptions.load(text: text, tokens: tokens, for: model, strict: strict)
  }

  static func load(text: String?, tokens: String?, for model: Model, strict: Bool) throws
    -> TokenizedText
  {
    if let tokens {
      return TokenizedText(
        ids: try TokenOptions.ids(jsonFile: tokens, below: model.parameters.vocabularySize),
        tokenizer: try? TokenizerFiles.load(model.checkpoint), bos: nil,
        source: TokenOptions.name(tokens))
    }
    let path = text ?? "-"
    let tokenizer = try TokenizerFiles.load(model.checkpoint)
    let bytes = try TokenOptions.read(path)
    let problems = TokenOptions.problems(of: bytes, from: path)
    Console.report(problems)
    try ModelInput.refuse(problems, strict: strict, TokenOptions.name(path))
    let ids = try tokenizer.encode(bytes, addSpecial: true)
    guard !ids.isEmpty else {
      throw FormatError(
        .damaged, "the text is too short: it holds no token", file: TokenOptions.name(path),
        remedy: "Give a longer text.")
    }
    return TokenizedText(
      ids: ids, tokenizer: tokenizer, bos: tokenizer.addBOS ? tokenizer.bos : nil,
      source: TokenOptions.name(path))
  }

  private static func ids(jsonFile path: String, below limit: Int) throws -> [Int] {
    let json = try JSON(try read(path), file: name(path))
    let ids = json.elements.compactMap(\.int)
    guard json.kind == .array, ids.count == json.count, !ids.isEmpty else {
      throw FormatError(
        .damaged, "is not a list of token ids", file: name(path),
        expected: "a JSON array of numbers",
        remedy: "`assay tokenize MODEL --text F --json` makes one under \"ids\".")
    }
    if let place = ids.firstIndex(where: { !(0..<limit).contains($0) }) {
      throw FormatError(
        .damaged, "is not in the model's vocabulary", file: name(path), subject: "token \(place)",
        expected: "an id below \(limit)", found: "\(ids[place])",
        remedy: "The tokens were made with another model's tokenizer.")
    }
    return ids
  }

  /// What the owner of a text should know about its bytes.
  static func problems(of text: [UInt8], from path: String) -> [Problem] {
    guard let invalid = InvalidText(text) else { return [] }
    return [
      Problem(
        .warning, "invalid-utf8", subject: "encoding",
        "is not valid UTF-8 in \(Numbers.counted(invalid.count, "place")), the first at byte "
          + "\(invalid.firstOffset); each is read as U+FFFD",
        remedy: "Save the text as UTF-8, or take the file that was meant."
      ).inFile(name(path))
    ]
  }

  /// A file's name as an error says it.
  static func name(_ path: String) -> String { path == "-" ? "standard input" : path }

  static func read(_ path: String) throws -> [UInt8] {
    guard path == "-" else { return try FileBytes(path: path).contents() }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let got = Foundation.read(0, &part, part.count)
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else {
        throw FormatError(.io, "cannot read: \(systemMessage(errno))", file: name(path))
      }
      if got == 0 { return bytes }
      bytes += part[..<got]
    }
  }
}
