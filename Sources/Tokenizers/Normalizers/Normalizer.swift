import Containers

/// What is done to text before anything else looks at it.
struct Normalizer: Sendable {
  enum Step: Sendable { case nfc(CompositionTable.Edition) }

  var steps: [Step]

  static let identity = Normalizer(steps: [])

  /// From a `normalizer` of tokenizer.json.
  init(_ json: JSON?) throws(FormatError) {
    let component = Component(json, "normalizer")
    switch component.type {
    case nil: steps = []
    case "NFC": steps = [.nfc(.tokenizers)]
    case "Sequence":
      steps = []
      for part in try component.parts("normalizers") { steps += try Normalizer(part).steps }
    case let other?: throw component.unknown(other)
    }
  }

  init(steps: [Step]) { self.steps = steps }

  var isIdentity: Bool { steps.isEmpty }

  /// The normalized text.
  func apply(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var text = Array(text)
    for step in steps {
      switch step {
      case .nfc(let edition): text = NFC.apply(text, edition)
      }
    }
    return text
  }
}
