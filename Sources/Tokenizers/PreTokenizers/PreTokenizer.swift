import Containers

/// What cuts normalized text into the pieces that the model sees one by one.
struct PreTokenizer: Sendable {
  enum Step: Sendable {
    case split(Split)
    case byteLevel(ByteLevel)
    case characters(CharacterSplit)
    case words
    case scripts
    case length(FixedLength)
    case metaspace(Metaspace)
  }

  var steps: [Step]
  private static let stepLimit = 64

  init(steps: [Step]) { self.steps = steps }

  /// From a `pre_tokenizer` of tokenizer.json.
  init(_ json: JSON?) throws(FormatError) {
    let component = Component(json, "pre_tokenizer")
    switch component.type {
    case nil: steps = []
    case "Sequence":
      steps = []
      for part in try component.parts("pretokenizers") {
        steps += try PreTokenizer(part).steps
        try check()
      }
    case "Split": steps = [.split(try Split(component))]
    case "ByteLevel": steps = [.byteLevel(try ByteLevel(component))]
    case "Digits": steps = [.characters(try CharacterSplit(digits: component))]
    case "Punctuation": steps = [.characters(try CharacterSplit(punctuation: component))]
    case "WhitespaceSplit": steps = [.characters(CharacterSplit(.space, .removed))]
    case "BertPreTokenizer": steps = CharacterSplit.bert.map { .characters($0) }
    case "Whitespace": steps = [.words]
    case "UnicodeScripts": steps = [.scripts]
    case "FixedLength": steps = [.length(try FixedLength(component))]
    case "Metaspace": steps = [.metaspace(try Metaspace(component))]
    case let other?: throw component.unknown(other)
    }
    try check()
  }

  /// Every step reads the whole text, and some make it longer.
  private func check() throws(FormatError) {
    let growing = steps.count { step in
      switch step {
      case .byteLevel, .metaspace: true
      case .split, .characters, .words, .scripts, .length: false
      }
    }
    guard steps.count <= PreTokenizer.stepLimit, growing <= 2 else {
      throw FormatError(
        .unknown, "more steps than any real pre-tokenizer has", subject: "pre_tokenizer",
        expected: "at most \(PreTokenizer.stepLimit), two of them ByteLevel or Metaspace",
        found: "\(steps.count), \(growing)")
    }
  }

  /// True where the last step spells bytes: then the pieces can stay bytes, for a model that reads
  /// them as such instead of reading their spelling.
  var endsInBytes: Bool {
    if case .byteLevel = steps.last { true } else { false }
  }

  /// `keepsBytes`: what the last step would spell stays bytes.
  func apply(to pieces: inout Pieces, _ matcher: Matcher, keepsBytes: Bool = true)
    throws(FormatError)
  {
    for (index, step) in steps.enumerated() {
      switch step {
      case .split(let split): try split.apply(to: &pieces, matcher)
      case .byteLevel(let byteLevel):
        let isLast = index + 1 == steps.count
        try byteLevel.apply(to: &pieces, matcher, spelling: !(isLast && keepsBytes))
      case .characters(let split): split.apply(to: &pieces)
      case .words: WordSplit.apply(to: &pieces)
      case .scripts: ScriptSplit.apply(to: &pieces)
      case .length(let length): length.apply(to: &pieces)
      case .metaspace(let metaspace): metaspace.apply(to: &pieces)
      }
    }
  }
}
