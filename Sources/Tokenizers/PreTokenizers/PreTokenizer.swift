import Containers

/// What cuts normalized text into the pieces that the model sees one by one.
struct PreTokenizer: Sendable {
  enum Step: Sendable {
    case split(Split)
    case byteLevel(ByteLevel)
    case characters(CharacterSplit)
  }

  var steps: [Step]

  init(steps: [Step]) { self.steps = steps }

  /// From a `pre_tokenizer` of tokenizer.json.
  init(_ json: JSON?) throws(FormatError) {
    let component = Component(json, "pre_tokenizer")
    switch component.type {
    case nil: steps = []
    case "Sequence":
      steps = []
      for part in try component.parts("pretokenizers") { steps += try PreTokenizer(part).steps }
    case "Split": steps = [.split(try Split(component))]
    case "ByteLevel": steps = [.byteLevel(try ByteLevel(component))]
    case "Digits": steps = [.characters(try CharacterSplit(digits: component))]
    case "Punctuation": steps = [.characters(try CharacterSplit(punctuation: component))]
    case let other?: throw component.unknown(other)
    }
  }

  /// True where the last step spells bytes: then the pieces stay bytes, and the model reads them as
  /// such instead of reading their spelling.
  var endsInBytes: Bool {
    if case .byteLevel = steps.last { true } else { false }
  }

  func apply(to pieces: inout Pieces, _ matcher: Matcher) throws(FormatError) {
    for (index, step) in steps.enumerated() {
      switch step {
      case .split(let split): try split.apply(to: &pieces, matcher)
      case .byteLevel(let byteLevel):
        try byteLevel.apply(to: &pieces, matcher, spelling: index + 1 < steps.count)
      case .characters(let split): split.apply(to: &pieces)
      }
    }
  }
}
