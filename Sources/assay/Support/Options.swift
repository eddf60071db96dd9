import ArgumentParser
import Checkpoints
import Containers
import Foundation
import Tensors
import Tokenizers

struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON document on stdout.")
  var json = false
}

struct ThreadOptions: ParsableArguments {
  @Option(help: "Threads to use. The result is the same for any number.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads must be from 1 to 1024.")
    }
  }

  var workers: Workers { Workers(threads: threads) }
}

/// The ids of a text.
struct TokenizedText {
  let ids: [Int]
  let tokenizer: Tokenizer?
  /// What every text of the model begins with.
  let bos: Int?
}

/// Where the tokens of a run come from.
struct TokenOptions: ParsableArguments {
  @Option(help: ArgumentHelp("UTF-8 text; - reads standard input.", valueName: "file"))
  var text: String?

  @Option(help: ArgumentHelp("A JSON array of token ids; needs no tokenizer.", valueName: "file"))
  var tokens: String?

  func validate() throws {
    guard (text == nil) != (tokens == nil) else {
      throw ValidationError("Give either --text FILE or --tokens FILE.")
    }
  }

  /// The ids, and what spells them. Ids from a file need no tokenizer: without one they are shown
  /// as numbers.
  func load(for checkpoint: Checkpoint) throws -> TokenizedText {
    guard let tokens else {
      let tokenizer = try TokenizerFiles.load(checkpoint)
      return TokenizedText(
        ids: try tokenizer.encode(try TokenOptions.read(text ?? "-"), addSpecial: true),
        tokenizer: tokenizer, bos: tokenizer.addBOS ? tokenizer.bos : nil)
    }
    return TokenizedText(
      ids: try TokenOptions.ids(jsonFile: tokens),
      tokenizer: try? TokenizerFiles.load(checkpoint), bos: nil)
  }

  private static func ids(jsonFile path: String) throws -> [Int] {
    let json = try JSON(try read(path), file: path)
    let ids = json.elements.compactMap(\.int)
    guard json.kind == .array, ids.count == json.count, !ids.isEmpty else {
      throw FormatError(
        .damaged, "is not a list of token ids", file: path, expected: "a JSON array of numbers",
        remedy: "`assay tokenize MODEL --text F --json` makes one under \"ids\".")
    }
    return ids
  }

  static func read(_ path: String) throws -> [UInt8] {
    if path == "-" { return Array(FileHandle.standardInput.readDataToEndOfFile()) }
    let file = try FileBytes(path: path)
    return try file.contents()
  }
}
