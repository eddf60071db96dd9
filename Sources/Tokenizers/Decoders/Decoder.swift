import Containers

/// What turns tokens back into text: each step sees what the one before it made of the tokens, and
/// what is left of them is joined.
struct Decoder: Sendable {
  enum Step: Sendable {
    case byteLevel
    case byteFallback
    case fuse
    case endOfWord(EndOfWord)
    case strip(EdgeStrip)
    case replace(Replacement)
    case metaspace(Metaspace)
    case wordPiece(ContinuedWords)
    case ctc(CTC)
  }

  /// What a token is to GPT-2's alphabet, where that is all there is to decoding.
  private enum Spelling: Sendable {
    /// The bytes that it spells; a token that spells none is itself.
    case allTokens
    /// As above, but an added token is always itself: GGUF writes it decoded.
    case normalTokens
  }

  private let steps: [Step]
  private let spelling: Spelling?
  /// Tokens are joined with spaces: what the reference does where a tokenizer has no decoder.
  private let isSpaced: Bool
  private static let stepLimit = 64
  private static let growthLimit = 4096

  static let byteLevelOfNormalTokens = Decoder(steps: [], spelling: .normalTokens)

  private init(steps: [Step], spelling: Spelling?) {
    (self.steps, self.spelling, isSpaced) = (steps, spelling, false)
  }

  /// From a `decoder` of tokenizer.json.
  init(_ json: JSON?) throws(FormatError) {
    let component = Component(json, "decoder")
    isSpaced = component.json == nil
    steps = try Decoder.steps(component)
    // Every step may make each character into several; together they may not do so without bound.
    var growth = 1
    for step in steps { growth = min(growth, Decoder.growthLimit + 1) * min(step.growth, 1 << 20) }
    guard growth <= Decoder.growthLimit else { throw NormalText.grown("decoder") }
    if steps.count == 1, case .byteLevel = steps[0] {
      spelling = .allTokens
    } else {
      spelling = nil
    }
  }

  private static func steps(_ component: Component) throws(FormatError) -> [Step] {
    guard let name = component.type else { return [] }
    if name == "Sequence" {
      var steps: [Step] = []
      for part in try component.parts("decoders") {
        steps += try Decoder.steps(Component(part, "decoder"))
        guard steps.count <= stepLimit else {
          throw component.damaged("decoders", expected: "at most \(stepLimit)", found: "more")
        }
      }
      return steps
    }
    return [try Step(name, component)]
  }

  func decode(_ ids: some Sequence<Int>, of vocabulary: Vocabulary) -> [UInt8] {
    if let spelling { return spelled(ids, of: vocabulary, spelling) }
    var tokens = DecodedTokens(ids.lazy.map { vocabulary.text($0) })
    if isSpaced { return tokens.joined(separator: [UInt8(ascii: " ")]) }
    var matcher: Matcher?
    if steps.contains(where: \.needsMatcher) {
      matcher = Matcher()
      matcher?.allow(bytes: tokens.text.count)
    }
    for step in steps { step.apply(to: &tokens, matcher) }
    return tokens.text
  }

  private func spelled(
    _ ids: some Sequence<Int>, of vocabulary: Vocabulary, _ spelling: Spelling
  ) -> [UInt8] {
    var result: [UInt8] = []
    for id in ids {
      let token = vocabulary.text(id)
      let isItself = spelling == .normalTokens && vocabulary.kind(id) != .normal
      if isItself || !ByteAlphabet.decode(token.span, into: &result) {
        result.append(contentsOf: token)
      }
    }
    return result
  }
}

extension Decoder.Step {
  fileprivate init(_ name: String, _ component: Component) throws(FormatError) {
    switch name {
    case "ByteLevel": self = .byteLevel
    case "ByteFallback": self = .byteFallback
    case "Fuse": self = .fuse
    case "BPEDecoder": self = .endOfWord(try EndOfWord(component))
    case "Strip": self = .strip(try EdgeStrip(component))
    case "Replace": self = .replace(try Replacement(component))
    case "Metaspace": self = .metaspace(try Metaspace(component))
    case "WordPiece": self = .wordPiece(try ContinuedWords(component))
    case "CTC": self = .ctc(try CTC(component))
    default: throw component.unknown(name)
    }
  }

  fileprivate var needsMatcher: Bool {
    if case .replace(let replacement) = self { replacement.needsMatcher } else { false }
  }

  fileprivate var growth: Int {
    switch self {
    case .replace(let replacement): replacement.growth
    case .byteFallback, .endOfWord, .wordPiece, .ctc: 2
    case .byteLevel, .fuse, .strip, .metaspace: 1
    }
  }

  fileprivate func apply(to tokens: inout DecodedTokens, _ matcher: Matcher?) {
    switch self {
    case .byteLevel: tokens.readByteAlphabet()
    case .byteFallback: ByteFallback.apply(to: &tokens)
    case .fuse: tokens.fuse()
    case .endOfWord(let decoder): decoder.apply(to: &tokens)
    case .strip(let decoder): decoder.apply(to: &tokens)
    case .replace(let decoder): decoder.apply(to: &tokens, matcher)
    case .metaspace(let decoder): decoder.apply(to: &tokens)
    case .wordPiece(let decoder): decoder.apply(to: &tokens)
    case .ctc(let decoder): decoder.apply(to: &tokens)
    }
  }
}
