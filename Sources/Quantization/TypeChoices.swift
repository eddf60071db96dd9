import Containers
import Tensors

/// What a user asks of a quantization: a preset, and whatever departs from it.
public struct TypeChoices: Sendable {
  public var preset: Preset
  /// Every matrix in the preset's base type, without its rules.
  public var isPure = false
  /// For `output`, and for the token embedding of a model whose head is tied.
  public var output: DType?
  public var tokenEmbedding: DType?
  /// `output` stays as it is.
  public var leavesOutput = false
  /// The first pattern that occurs in a tensor's name decides, before every rule.
  public var overrides: [TypeOverride] = []
  /// An importance matrix will weight the encoders; some rules depend on it.
  public var hasImportance = false

  public init(_ preset: Preset) { self.preset = preset }

  func override(for name: String) -> DType? {
    overrides.first { $0.matches(name) }?.type
  }
}

/// `REGEX=TYPE`: tensors whose name holds a match get the type.
public struct TypeOverride: @unchecked Sendable {
  public let pattern: String
  public let type: DType
  // Immutable after init; `Regex` is not marked Sendable.
  private let regex: Regex<AnyRegexOutput>

  /// Throws `.damaged` where the text is not of that form, the pattern is not a regular
  /// expression, or there is no such type.
  public init(_ text: String) throws(FormatError) {
    guard let equals = text.lastIndex(of: "="), equals != text.startIndex else {
      throw FormatError(
        .damaged, "is not a tensor type", subject: text, expected: "REGEX=TYPE",
        remedy: "For example: --tensor-type 'ffn_down=q6_K'")
    }
    pattern = String(text[..<equals])
    type = try DType.quantizable(String(text[text.index(after: equals)...]))
    do { regex = try Regex(pattern) } catch {
      throw FormatError(
        .damaged, "is not a regular expression", subject: pattern, found: "\(error)",
        remedy: "Put a backslash before a character that should stand for itself.")
    }
  }

  /// One or more, separated by white space, as in llama-quantize's --tensor-type-file.
  public static func all(in text: String) throws(FormatError) -> [TypeOverride] {
    var overrides: [TypeOverride] = []
    for entry in text.split(whereSeparator: \.isWhitespace) {
      overrides.append(try TypeOverride(String(entry)))
    }
    return overrides
  }

  func matches(_ name: String) -> Bool { (try? regex.firstMatch(in: name)) != nil }
}

extension DType {
  /// A type that weights can be stored in, by its name in any case.
  public static func quantizable(_ name: String) throws(FormatError) -> DType {
    let known = BlockFormat.all.filter(\.storesWeights).map(\.dtype)
    if let type = known.first(where: { $0.name.lowercased() == name.lowercased() }) { return type }
    throw FormatError(
      .unknown, "is not a type that weights can be stored in", subject: name,
      expected: "one of \(known.map(\.name).joined(separator: ", "))")
  }
}
