/// What is wrong with a file, where, and what its owner can do about it.
///
/// Every reader and writer of this room throws this type and no other.
public struct FormatError: Error, Hashable, Sendable {
  public enum Kind: String, Sendable {
    /// A file or directory that was named, or that an index names, is not there.
    case missing
    /// The bytes contradict the format.
    case damaged
    /// Well-formed, but of a kind or version that this tool does not know.
    case unknown
    /// The output exists already, or cannot be created.
    case exists
    /// The operating system refused to read or write.
    case io

    /// What helps with most errors of this kind; a site that knows better says so.
    var remedy: String {
      switch self {
      case .missing: "Check the name; if the download was not complete, fetch what is missing."
      case .damaged:
        "The file is damaged or incomplete: download it again, and compare its size or SHA-256 "
          + "with the source."
      case .unknown:
        "This version of assay does not know it: use another file or type, or a newer version."
      case .exists: "Choose another name or directory, one that you may write to."
      case .io: "Check the disk, its free space and your permissions, and run again."
      }
    }
  }

  public var kind: Kind
  public var file: String?
  /// Byte offset in the file.
  public var offset: Int?
  /// The tensor, key or field that is wrong.
  public var subject: String?
  public var message: String
  public var expected: String?
  public var found: String?
  /// What the user can do next; never empty.
  public var remedy: String

  /// Without `remedy`, the error carries the one of its kind.
  public init(
    _ kind: Kind, _ message: String, file: String? = nil, offset: Int? = nil,
    subject: String? = nil, expected: String? = nil, found: String? = nil, remedy: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.file = file
    self.offset = offset
    self.subject = subject
    self.expected = expected
    self.found = found
    self.remedy = remedy ?? kind.remedy
  }

  /// The same error, known to be about `file`.
  public func inFile(_ file: String) -> FormatError {
    var copy = self
    if copy.file == nil { copy.file = file }
    return copy
  }
}

extension FormatError: CustomStringConvertible {
  public var description: String {
    var text = file.map { "\($0): " } ?? ""
    if let subject { text += "\(subject): " }
    text += message
    if let offset { text += " (at byte \(offset))" }
    switch (expected, found) {
    case (let expected?, let found?): text += "\n  expected \(expected)\n  found    \(found)"
    case (let expected?, nil): text += "\n  expected \(expected)"
    case (nil, let found?): text += "\n  found    \(found)"
    case (nil, nil): break
    }
    return text + "\n  \(remedy)"
  }
}
