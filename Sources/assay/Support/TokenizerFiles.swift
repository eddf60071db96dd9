import Checkpoints
import Containers
import Tokenizers

/// Finds and loads the tokenizer of a checkpoint.
enum TokenizerFiles {
  static func load(_ checkpoint: Checkpoint) throws(FormatError) -> Tokenizer {
    if checkpoint.tensors.format == "gguf" {
      return try Tokenizer.load(gguf: checkpoint.tensors.metadata, file: checkpoint.path)
    }
    guard let bytes = try checkpoint.bytes(of: .tokenizer) else {
      throw FormatError(
        .missing, "there is no tokenizer beside the weights", file: checkpoint.path(of: .tokenizer),
        remedy: "Download tokenizer.json, or give token ids with --tokens.")
    }
    return try Tokenizer.load(
      huggingFace: bytes, file: checkpoint.path(of: .tokenizer),
      config: try checkpoint.json(of: .tokenizerConfig))
  }
}
