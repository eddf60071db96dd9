import Containers

extension TokenStore {
  /// From the `vocab` of a model: an object with an id for every token.
  init(_ component: Component) throws(FormatError) {
    guard let vocabulary = component.json?["vocab"], vocabulary.kind == .object else {
      throw component.damaged("vocab", expected: "an object")
    }
    // Memory follows the largest id: one that no real vocabulary has is refused.
    let limit = vocabulary.count * 4 + 65_536
    self.init(capacity: vocabulary.count, bytes: vocabulary.count * 8)
    for (text, value) in vocabulary.members {
      guard let id = value.int, (0..<limit).contains(id) else {
        throw FormatError(
          .damaged, "a token has an impossible id", subject: ByteString(text).text,
          expected: "a whole number below \(limit)", found: value.numberText ?? "\(value.kind)")
      }
      switch insert(text, id: id) {
      case .inserted: break
      case .full: throw component.damaged("vocab", expected: "less than two gigabytes")
      case .sameID, .sameText:
        throw FormatError(
          .damaged, "two tokens have one id", subject: ByteString(text).text,
          found: "\(id), which is also \(ByteString(slice(id)))")
      }
    }
  }

  /// `<0x00>`...`<0xFF>`; `BPE.missing` for those that the vocabulary lacks.
  var byteTokens: [UInt32] {
    (0..<256).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return id("<0x\(byte < 16 ? "0" : "")\(digits)>".utf8).map { UInt32($0) } ?? BPE.missing
    }
  }
}
