import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A descriptor of a file or directory that this run alone may change.
///
/// The kernel frees the lock when the descriptor closes, so a run that dies leaves none behind.
enum ExclusiveLock {
  /// Opens `path` and locks it. Throws `.exists` where another run has it, or where it cannot be
  /// opened; `output` is what the user asked for.
  static func open(_ path: String, _ flags: Int32, for output: String) throws(FormatError) -> Int32
  {
    // The run that had the lock may just have renamed or removed what was opened here.
    for _ in 0..<100 {
      let descriptor = systemOpen(path, flags | O_CLOEXEC | O_NONBLOCK, 0o644)
      guard descriptor >= 0 else {
        throw FormatError(
          .exists, "cannot be created: \(systemMessage(errno))", file: output,
          remedy: "Choose a directory that exists and that you may write to.")
      }
      // A file system without locks is used without.
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        close(descriptor)
        break
      }
      if FileIdentity(descriptor: descriptor) == FileIdentity(path: path) { return descriptor }
      close(descriptor)
    }
    throw FormatError(
      .exists, "another run is writing it", file: output,
      remedy: "Wait for that run to end, or choose another name.")
  }
}

/// A directory that one run alone fills.
public final class DirectoryLock: Sendable {
  private let descriptor: Int32

  /// Throws `.exists` where another run has it; `output` is what the user asked for.
  public init(_ path: String, for output: String) throws(FormatError) {
    descriptor = try ExclusiveLock.open(path, O_RDONLY | O_DIRECTORY, for: output)
  }

  deinit { close(descriptor) }
}

private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
  unsafe open(path, flags, mode)
}
