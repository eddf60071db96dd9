import Containers

/// What turns tokens back into text.
enum Decoder: Sendable {
  /// A token in GPT-2's alphabet is the bytes that it spells; any other is itself.
  case byteLevel
  /// As above, but an added token is always itself: GGUF writes it decoded.
  case byteLevelOfNormalTokens
  /// Tokens are joined with spaces: what the reference does where a tokenizer has no decoder.
  case spaced

  /// From a `decoder` of tokenizer.json.
  init(_ json: JSON?) throws(FormatError) {
    let component = Component(json, "decoder")
    switch component.type {
    case nil: self = .spaced
    case "ByteLevel": self = .byteLevel
    case "Sequence":
      let parts = try component.parts("decoders")
      guard parts.count == 1 else { throw component.unsupported("decoders", component.json) }
      self = try Decoder(parts[0])
    case let other?: throw component.unknown(other)
    }
  }

  func decode(_ ids: some Sequence<Int>, of vocabulary: Vocabulary) -> [UInt8] {
    var result: [UInt8] = []
    switch self {
    case .byteLevel, .byteLevelOfNormalTokens:
      for id in ids {
        let token = vocabulary.text(id)
        if case .byteLevelOfNormalTokens = self, vocabulary.kind(id) != .normal {
          result.append(contentsOf: token)
        } else if !ByteAlphabet.decode(token.span, into: &result) {
          result.append(contentsOf: token)
        }
      }
    case .spaced:
      for (index, id) in ids.enumerated() {
        if index > 0 { result.append(UInt8(ascii: " ")) }
        result.append(contentsOf: vocabulary.text(id))
      }
    }
    return result
  }
}
