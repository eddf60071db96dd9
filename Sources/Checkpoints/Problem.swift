/// Something about a checkpoint that its owner should know, and what to do about it.
public struct Problem: Sendable, Equatable {
  public enum Severity: String, Sendable, Comparable {
    case note, warning, error
    public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
    private var rank: Int { self == .note ? 0 : self == .warning ? 1 : 2 }
  }

  public var severity: Severity
  /// Stable, for scripts: `missing-config`, `unknown-tensor`, ...
  public var code: String
  /// The tensor, key or file.
  public var subject: String
  public var message: String
  public var remedy: String?
  /// Where it stands, when the subject is not the file itself.
  public var file: String?

  public init(
    _ severity: Severity, _ code: String, subject: String, _ message: String, remedy: String? = nil
  ) {
    self.severity = severity
    self.code = code
    self.subject = subject
    self.message = message
    self.remedy = remedy
  }

  /// The same problem, known to be about `file`.
  public func inFile(_ file: String) -> Problem {
    var copy = self
    if copy.file == nil { copy.file = file }
    return copy
  }
}

extension Sequence<Problem> {
  /// What would be ignored, approximated or lost: what `--strict` refuses.
  public var warnings: [Problem] { filter { $0.severity >= .warning } }

  /// In order, with notes of many subjects that say the same made one: a vision tower has hundreds
  /// of tensors. Warnings stay, each with its subject.
  public var grouped: [Problem] {
    var groups: [(first: Problem, subjects: [String])] = []
    for problem in self {
      let place = groups.firstIndex { group in
        problem.severity == .note && group.first.severity == .note
          && group.first.code == problem.code && group.first.message == problem.message
      }
      if let place {
        groups[place].subjects.append(problem.subject)
      } else {
        groups.append((problem, [problem.subject]))
      }
    }
    return groups.flatMap { group in
      guard group.subjects.count > 4 else {
        return group.subjects.map { subject in
          var problem = group.first
          problem.subject = subject
          return problem
        }
      }
      var problem = group.first
      // `model.` is before everything.
      let stems = Set(
        group.subjects.map { name in
          let parts = name.split(separator: ".")
          return parts.prefix(parts.first == "model" ? 2 : 1).joined(separator: ".")
        })
      problem.subject =
        stems.sorted().map { $0 + ".*" }.joined(separator: ", ")
        + " (\(group.subjects.count) tensors)"
      return [problem]
    }
  }
}
