import Architectures
import ArgumentParser
import Containers
import Reference
import Verification

/// How a text is cut and scored.
struct ScoringOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: "Tokens in a window (default: the model's context, at most 512)."
  )
  var context: Int?

  @Option(parsing: .unconditional, help: "At most this many windows.")
  var chunks: Int?

  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp(
      "assay scores every position; llama.cpp does as llama-perplexity: it scores the second half of "
        + "whole windows, and rounds activations as its CPU backend does."))
  var scoring = ScoringProtocol.Name.assay

  @Option(
    help: "Keep activations in float32, or round them as ggml does (default: as the protocol).")
  var activations: Activations?

  func validate() throws {
    if let context, context < 2 { throw ValidationError("--context must be at least 2.") }
    if let chunks, chunks < 1 { throw ValidationError("--chunks must be at least 1.") }
  }

  func resolve(_ model: Model, _ text: TokenizedText) -> ScoringProtocol {
    if let context, context > model.parameters.contextLength {
      Console.note(
        "note: --context \(context) is beyond the \(model.parameters.contextLength) that the model "
          + "was made for")
    }
    let usual = context ?? min(512, model.parameters.contextLength)
    return ScoringProtocol(
      scoring, context: min(usual, max(2, text.ids.count)), activations: activations,
      bos: text.bos)
  }
}

extension ScoringProtocol.Name: ExpressibleByArgument {}
extension Activations: ExpressibleByArgument {}
