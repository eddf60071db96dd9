import Containers

/// The special tokens that templates write by name, such as `bos_token`.
public enum SpecialTokens {
  private static let names = ["bos", "eos", "unk", "sep", "pad", "cls", "mask"]

  /// As `tokenizer_config.json` spells them: text, or an object with `content`.
  public static func variables(tokenizerConfig: JSON) -> [JSONValue.Member] {
    names.compactMap { name in
      let key = "\(name)_token"
      guard let value = tokenizerConfig.present(key),
        let text = value.string ?? value["content"]?.string
      else { return nil }
      return JSONValue.Member(key: key, value: .string(text))
    }
  }

  /// As a GGUF numbers them: `tokenizer.ggml.bos_token_id` into `tokenizer.ggml.tokens`.
  public static func variables(in metadata: Metadata) -> [JSONValue.Member] {
    guard let tokens = metadata["tokenizer.ggml.tokens"]?.array?.strings else { return [] }
    // GGUF has older, longer names for two of them.
    let longer = ["unk": "unknown", "sep": "seperator", "pad": "padding"]
    return names.compactMap { name in
      guard let id = metadata["tokenizer.ggml.\(longer[name] ?? name)_token_id"]?.int,
        tokens.indices.contains(id)
      else { return nil }
      return JSONValue.Member(key: "\(name)_token", value: .string(tokens[id].text))
    }
  }
}
