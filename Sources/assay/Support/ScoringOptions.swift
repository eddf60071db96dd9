import Architectures
import ArgumentParser
import Containers
import Verification

/// How a text is cut and scored.
struct ScoringOptions: ParsableArguments {
  @Option(help: "Tokens in a window (default: the model's context, at most 512).")
  var context: Int?

  @Option(help: "At most this many windows.")
  var chunks: Int?

  @Option(
    name: .customLong("protocol"),
    help: "assay scores every position; llama.cpp scores the second half of whole windows.")
  var scoring = ScoringProtocol.Name.assay

  func validate() throws {
    if let context, context < 2 { throw ValidationError("--context must be at least 2.") }
    if let chunks, chunks < 1 { throw ValidationError("--chunks must be at least 1.") }
  }

  func resolve(_ model: Model, ids: [Int]) throws(FormatError) -> ScoringProtocol {
    if let context, context > model.parameters.contextLength {
      Console.note(
        "note: --context \(context) is beyond the \(model.parameters.contextLength) that the model "
          + "was made for")
    }
    return ScoringProtocol(
      scoring, context: min(context ?? min(512, model.parameters.contextLength), max(2, ids.count)))
  }
}

extension ScoringProtocol.Name: ExpressibleByArgument {}
