import Containers

extension Model {
  /// From the `model` of a tokenizer.json, with its vocabulary. `spelled`: a pre-tokenizer spells
  /// bytes in the end, so that the model may read the bytes themselves.
  static func read(_ json: JSON?, spelled: Bool) throws(FormatError) -> (Model, TokenStore) {
    let component = Component(json, "model")
    switch try kind(component) {
    case "BPE":
      let file = try BPEFile(component)
      return (.bpe(try file.model(readsBytes: spelled)), file.tokens)
    case "Unigram":
      let (unigram, tokens) = try Unigram.read(component)
      return (.unigram(unigram), tokens)
    case "WordPiece":
      let tokens = try TokenStore(component)
      return (.wordPiece(try WordPiece(tokens, component)), tokens)
    case "WordLevel":
      let tokens = try TokenStore(component)
      return (.wordLevel(try WordLevel(tokens, component)), tokens)
    case let other: throw component.unknown(other)
    }
  }

  /// Files of early versions have no type; what they have tells it.
  private static func kind(_ component: Component) throws(FormatError) -> String {
    guard let json = component.json, json["type"] == nil else { return component.type ?? "none" }
    if json["merges"] != nil { return "BPE" }
    if json["vocab"]?.kind == .array { return "Unigram" }
    if json["max_input_chars_per_word"] != nil { return "WordPiece" }
    return json["vocab"] != nil ? "WordLevel" : component.type ?? "none"
  }
}
