import Containers

/// One typed object of tokenizer.json, read with errors that say which part is wrong.
struct Component {
  let json: JSON?
  /// `normalizer`, `pre_tokenizer` and so on.
  let role: String

  init(_ json: JSON?, _ role: String) {
    self.json = json.flatMap { $0.isNull ? nil : $0 }
    self.role = role
  }

  /// The `type`; nil where there is no component.
  var type: String? { json.map { $0["type"]?.string ?? "without a type" } }

  func unknown(_ name: String) -> FormatError {
    FormatError(
      .unknown, "a component that is not supported", subject: role, found: name,
      remedy: "Nothing is approximated: a tokenizer that is nearly right is wrong.")
  }

  /// An option whose value has no counterpart here.
  func unsupported(_ key: String, _ value: JSON?) -> FormatError {
    FormatError(
      .unknown, "an option that is not supported", subject: "\(role) \(type ?? "").\(key)",
      found: value.map { String(JSONValue($0).serialized().prefix(200)) } ?? "nothing")
  }

  func damaged(_ key: String, expected: String, found: String? = nil) -> FormatError {
    FormatError(
      .damaged, found == nil ? "is missing or of the wrong type" : "is not possible",
      subject: "\(role) \(type ?? "").\(key)", expected: expected,
      found: found ?? json?[key].map { String(JSONValue($0).serialized().prefix(200)) }
        ?? "nothing")
  }

  func bool(_ key: String, default value: Bool? = nil) throws(FormatError) -> Bool {
    if let found = json?.present(key) {
      guard let bool = found.bool else { throw damaged(key, expected: "true or false") }
      return bool
    }
    guard let value else { throw damaged(key, expected: "true or false") }
    return value
  }

  func string(_ key: String) throws(FormatError) -> ByteString? {
    guard let found = json?.present(key) else { return nil }
    guard let bytes = found.bytes else { throw damaged(key, expected: "a string") }
    return bytes
  }

  /// A string that has to be there.
  func bytes(_ key: String) throws(FormatError) -> [UInt8] {
    guard let bytes = try string(key) else { throw damaged(key, expected: "a string") }
    return bytes.bytes
  }

  /// A string of one character.
  func scalar(_ key: String) throws(FormatError) -> Unicode.Scalar {
    let bytes = try bytes(key)
    guard let first = bytes.first, first < 0x80 || first >= 0xc2 else {
      throw damaged(key, expected: "one character")
    }
    let (scalar, width) = UTF8Text.scalar(bytes.span, at: 0)
    guard width == bytes.count else { throw damaged(key, expected: "one character") }
    return scalar
  }

  /// A whole number that is not negative.
  func count(_ key: String, default value: Int? = nil) throws(FormatError) -> Int {
    let found = json?.present(key)
    guard let count = found?.int ?? (found == nil ? value : nil), count >= 0 else {
      throw damaged(key, expected: "a whole number")
    }
    return count
  }

  /// `{"Regex": ...}` or `{"String": ...}`.
  func pattern() throws(FormatError) -> (Pattern, isLiteral: Bool) {
    let json = json?["pattern"]
    if let regex = json?["Regex"]?.string { return (try Pattern(oniguruma: regex), false) }
    if let text = json?["String"]?.string { return (try Pattern(literal: text), true) }
    throw unsupported("pattern", json)
  }

  /// The members of a `Sequence`.
  func parts(_ key: String) throws(FormatError) -> [JSON] {
    guard let list = json?[key], list.kind == .array else {
      throw damaged(key, expected: "an array")
    }
    return Array(list.elements)
  }
}
