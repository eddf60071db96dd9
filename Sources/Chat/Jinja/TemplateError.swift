import Containers

/// Why a template cannot be read or rendered, and where in it.
public struct TemplateError: Error, Hashable, Sendable {
  public enum Kind: String, Sendable {
    /// The template is not valid Jinja, or names a filter or test that does not exist.
    case syntax
    /// Something is done with a value that is not there.
    case undefined
    /// An operation does not suit its values: Python's TypeError, ValueError and the like.
    case value
    /// The template reaches for what the sandbox keeps from it.
    case security
    /// The template takes more steps, memory, output or nesting than it may.
    case limit
    /// The template itself refuses the conversation: `raise_exception`.
    case raised
    /// There is no such template.
    case missing
  }

  public var kind: Kind
  /// What is wrong; of `.raised` exactly the template's own words.
  public var message: String
  public var template: String = ""
  /// Counted from 1; nil where no place is to blame.
  public var line: Int?
  /// In characters, counted from 1.
  public var column: Int?
  /// Where in the source; made a line and a column at the door.
  var offset: Int?

  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  init(_ kind: Kind, _ message: String, at offset: Int) {
    self.init(kind, message)
    self.offset = offset
  }

  /// The same error with a place, unless it has one already.
  func at(_ offset: Int) -> TemplateError {
    var copy = self
    if copy.offset == nil { copy.offset = offset }
    return copy
  }

  /// The same error, known to be about `source`.
  func located(in source: [Unicode.Scalar], named name: String) -> TemplateError {
    var copy = self
    copy.template = name
    guard let offset else { return copy }
    let before = source.prefix(offset)
    let lineStart = before.lastIndex(of: "\n").map { $0 + 1 } ?? 0
    copy.line = before.count { $0 == "\n" } + 1
    copy.column = before.count - lineStart + 1
    return copy
  }
}

extension TemplateError: CustomStringConvertible {
  public var description: String {
    var place = template.isEmpty ? "chat template" : template
    if let line, let column { place += ", line \(line), column \(column)" }
    return "\(place): \(message)"
  }

  /// As an error of a file, with what its owner can do.
  public var formatError: FormatError {
    let remedy =
      switch kind {
      case .raised, .value, .undefined:
        "Change the conversation so that it suits the template, or give another template."
      case .syntax, .security, .limit: "Give another template; this one cannot be rendered."
      case .missing: "Give a template."
      }
    return FormatError(
      kind == .missing ? .missing : kind == .syntax ? .damaged : .unknown, message,
      file: template.isEmpty ? nil : template,
      subject: line.flatMap { line in column.map { "line \(line), column \($0)" } },
      remedy: remedy)
  }
}
