import Containers

/// What is done to text before anything else looks at it.
struct Normalizer: Sendable {
  enum Step: Sendable {
    case form(NormalizationForm)
    case lowercase
    case stripAccents
    case nmt
    case strip(Strip)
    case affix(Affix)
    case replace(Replacement)
    case bert(BertNormalizer)
    case precompiled(Precompiled)
    case byteLevel
  }

  var steps: [Step]
  private static let stepLimit = 64

  static let identity = Normalizer(steps: [])

  init(steps: [Step]) { self.steps = steps }

  /// From a `normalizer` of tokenizer.json.
  init(_ json: JSON?) throws(FormatError) {
    let component = Component(json, "normalizer")
    switch component.type {
    case nil: steps = []
    case "Sequence":
      steps = []
      for part in try component.parts("normalizers") {
        steps += try Normalizer(part).steps
        guard steps.count <= Normalizer.stepLimit else {
          throw component.damaged(
            "normalizers", expected: "at most \(Normalizer.stepLimit)", found: "more")
        }
      }
    case let name?: steps = [try Step(name, component)]
    }
  }

  var isIdentity: Bool { steps.isEmpty }

  /// The normalized form of text that stands by itself.
  func apply(to text: [UInt8], _ matcher: Matcher) throws(FormatError) -> [UInt8] {
    if isIdentity { return text }
    var text = NormalText(text[...], isFirst: true)
    matcher.allow(bytes: text.bytes.count)
    try apply(&text, matcher)
    return text.bytes
  }

  func apply(_ text: inout NormalText, _ matcher: Matcher) throws(FormatError) {
    let limit = NormalText.limit(of: text.bytes.count)
    for step in steps {
      switch step {
      case .form(let form): form.apply(&text)
      case .lowercase: Lowercase.apply(&text)
      case .stripAccents: StripAccents.apply(&text)
      case .nmt: Nmt.apply(&text)
      case .strip(let strip): strip.apply(&text)
      case .affix(let affix): affix.apply(&text)
      case .replace(let replacement): try replacement.apply(&text, matcher)
      case .bert(let bert): bert.apply(&text)
      case .precompiled(let precompiled): try precompiled.apply(&text)
      case .byteLevel:
        text.mapScalars { scalar, result in
          ByteAlphabet.append(String(scalar).utf8, to: &result)
        }
      }
      guard text.bytes.count <= limit else { throw NormalText.grown("normalizer") }
    }
  }
}

extension Normalizer.Step {
  fileprivate init(_ name: String, _ component: Component) throws(FormatError) {
    if let form = NormalizationForm(name) {
      self = .form(form)
      return
    }
    switch name {
    case "Lowercase": self = .lowercase
    case "StripAccents": self = .stripAccents
    case "Nmt": self = .nmt
    case "Strip": self = .strip(try Strip(component))
    case "Prepend": self = .affix(try Affix(component, .front))
    case "Append": self = .affix(try Affix(component, .back))
    case "Replace": self = .replace(try Replacement(component))
    case "BertNormalizer": self = .bert(try BertNormalizer(component))
    case "Precompiled": self = .precompiled(try Precompiled(component))
    case "ByteLevel": self = .byteLevel
    default: throw component.unknown(name)
    }
  }
}
