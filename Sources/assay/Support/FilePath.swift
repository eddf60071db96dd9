import ArgumentParser

/// A path that the user names. An empty one is a variable that was not set.
@Sendable func filePath(_ text: String) throws -> String {
  guard !text.isEmpty else { throw ValidationError("It is empty: name a file or directory.") }
  return text
}
