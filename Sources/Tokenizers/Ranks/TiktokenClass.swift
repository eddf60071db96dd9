/// What a model's own tokenizer class says about its rank file, which is nothing but tokens.
public struct TiktokenClass: Sendable {
  /// As tokenizer_config.json names it.
  let name: String
  /// The file of the class, without `.py`.
  let module: String
  let normalizer: Normalizer
  let pattern: String
  /// Special tokens, whose ids follow the last rank.
  let specials: [String]
  /// The special token that begins, ends and replaces where a file says nothing else.
  let endOfText: Int

  /// Qwen, the first generation. Its class composes with Python's `unicodedata`, and numbers the
  /// special tokens from 151643, which is the number of ranks.
  ///
  /// Source: https://huggingface.co/Qwen/Qwen-7B/blob/main/tokenization_qwen.py
  public static let qwen = TiktokenClass(
    name: "QWenTokenizer", module: "tokenization_qwen",
    normalizer: Normalizer(steps: [.form(.python)]),
    pattern: NamedPreTokenizer.words(digits: #"\p{N}"#),
    specials: ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
      + (0..<205).map { "<|extra_\($0)|>" },
    endOfText: 0)
}
