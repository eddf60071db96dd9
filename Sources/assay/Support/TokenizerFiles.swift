import Checkpoints
import Containers
import Tokenizers

/// Finds and loads the tokenizer of a checkpoint.
enum TokenizerFiles {
  static func load(_ checkpoint: Checkpoint) throws(FormatError) -> Tokenizer {
    if checkpoint.tensors.format == "gguf" {
      return try Tokenizer.load(gguf: checkpoint.tensors.metadata, file: checkpoint.path)
    }
    let config = try checkpoint.json(of: .tokenizerConfig)
    if let bytes = try checkpoint.bytes(of: .tokenizer) {
      return try Tokenizer.load(
        huggingFace: bytes, file: checkpoint.path(of: .tokenizer), config: config)
    }
    if let bytes = try checkpoint.bytes(of: .ranks) {
      return try Tokenizer.load(
        ranks: bytes, of: .qwen, file: checkpoint.path(of: .ranks), config: config)
    }
    throw FormatError(
      .missing, "there is no tokenizer beside the weights", file: checkpoint.path(of: .tokenizer),
      remedy: "Download tokenizer.json or qwen.tiktoken, or give token ids with --tokens.")
  }
}
