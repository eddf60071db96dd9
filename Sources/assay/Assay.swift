import ArgumentParser

@main
struct Assay: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "assay",
    abstract: "Inspect a language model's files, make them fit, and prove the result right.",
    discussion: """
      A MODEL is a directory, a .safetensors or .gguf file, or any shard of a set.

      Examples:
        assay inspect Qwen2.5-7B
        assay quantize Qwen2.5-7B --type Q4_K_M -o qwen.gguf
        assay verify Qwen2.5-7B qwen.gguf --text sample.txt

      Exit codes:
        0    good
        1    the check ran and the answer is no
        64   usage
        65   the data is bad
        66   input missing
        73   output exists, cannot be created, or is an input
        74   I/O failed
        130  interrupted (143: terminated)
      """,
    version: version,
    subcommands: [
      Inspect.self, Convert.self, Quantize.self, Verify.self, Logits.self, Perplexity.self,
      Generate.self,
      Tokenize.self, Demo.self,
    ])

  static func main() {
    Console.prepare()
    do {
      var command = try parseAsRoot()
      do {
        do { try command.run() } catch let code as ExitCode {
          try Console.finish()
          throw code
        }
        try Console.finish()
      } catch {
        Failure.exit(with: error, json: (command as? any JSONCommand)?.output.json ?? false)
      }
    } catch {
      exit(withError: error)
    }
  }
}

/// A command that can answer in JSON.
protocol JSONCommand: ParsableCommand {
  var output: OutputOptions { get }
}
