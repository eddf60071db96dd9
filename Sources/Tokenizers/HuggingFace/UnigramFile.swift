import Containers

extension Unigram {
  /// The `model` of a tokenizer.json of type Unigram: pairs of a token and its score, by id.
  static func read(_ component: Component) throws(FormatError) -> (Unigram, TokenStore) {
    guard let list = component.json?["vocab"], list.kind == .array else {
      throw component.damaged("vocab", expected: "an array of tokens and their scores")
    }
    var tokens = TokenStore(capacity: list.count, bytes: list.count * 8)
    var scores: [Double] = []
    scores.reserveCapacity(list.count)
    for entry in list.elements {
      var parts = entry.elements
      guard entry.kind == .array, entry.count == 2, let text = parts.next()?.slice,
        let score = parts.next()?.numberText.flatMap({ ReferenceNumber.double($0) })
      else {
        throw component.damaged(
          "vocab", expected: "a token and its score", found: "something else at \(scores.count)")
      }
      switch tokens.insert(text, id: scores.count) {
      case .inserted: break
      case .full: throw component.damaged("vocab", expected: "less than two gigabytes")
      case .sameID, .sameText:
        throw FormatError(
          .damaged, "a token is there twice", subject: "model Unigram.vocab",
          found: "\(ByteString(text)), again at \(scores.count)")
      }
      scores.append(score)
    }
    var unknown: Int32?
    if component.json?.present("unk_id") != nil {
      let id = try component.count("unk_id")
      guard id < scores.count else {
        throw component.damaged("unk_id", expected: "an id below \(scores.count)")
      }
      unknown = Int32(id)
    }
    let bytes = try component.bool("byte_fallback", default: false) ? tokens.byteTokens : nil
    return (
      try Unigram(
        tokens: tokens, scores: scores, unknown: unknown, bytes: bytes, component: component),
      tokens
    )
  }
}
