import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open regular file of known size, read by `pread` or through a private read-only mapping.
///
/// The size is taken once, at open, and every access is checked against it. A file that another
/// process truncates while it is mapped raises SIGBUS, which no program can turn into an error:
/// bulk readers use `read`, and only weights that are used many times are mapped.
public final class FileBytes: Sendable {
  public let path: String
  public let count: Int
  private let descriptor: Int32
  private let mapping = Mutex<MappedPages?>(nil)

  /// Opens `path`. Throws `.missing` where nothing is there, `.io` where it cannot be opened.
  public init(path: String) throws(FormatError) {
    self.path = path
    // A pipe that nobody writes to would be waited for, before it could be refused.
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let code = errno
      throw FormatError(
        code == ENOENT ? .missing : .io, "cannot open: \(systemMessage(code))", file: path)
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FormatError(
        .io, "is not a regular file", file: path,
        remedy: "Name a file, not a directory, a pipe or a device.")
    }
    count = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills `target` from `offset`; throws where the file ends first.
  public func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) throws(FormatError) {
    guard offset >= 0, target.count <= count, offset <= count - target.count else {
      throw FormatError(
        .damaged, "the file ends before its data does", file: path, offset: offset,
        expected: "\(target.count) bytes", found: "\(max(count - offset, 0))")
    }
    var done = 0
    while done < target.count {
      let got = unsafe pread(
        descriptor, target.baseAddress.map { unsafe $0 + done }, target.count - done,
        off_t(offset + done))
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else {
        throw FormatError(
          .io,
          got == 0 ? "the file shrank while it was read" : "cannot read: \(systemMessage(errno))",
          file: path, offset: offset + done)
      }
      done += got
    }
  }

  /// The first `limit` bytes, or the whole file where it is shorter.
  public func prefix(_ limit: Int) throws(FormatError) -> [UInt8] {
    try bytes(0..<min(limit, count))
  }

  /// A copy of the whole file.
  public func contents() throws(FormatError) -> [UInt8] { try bytes(0..<count) }

  /// A copy of `range`.
  public func bytes(_ range: Range<Int>) throws(FormatError) -> [UInt8] {
    var copy = [UInt8](repeating: 0, count: range.count)
    let outcome: Result<Void, FormatError> = unsafe copy.withUnsafeMutableBytes { buffer in
      do throws(FormatError) {
        unsafe try read(into: buffer, at: range.lowerBound)
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try outcome.get()
    return copy
  }

  /// The whole file as mapped memory, valid for as long as this object lives.
  public func mapped() throws(FormatError) -> UnsafeRawBufferPointer {
    let outcome: Result<MappedPages, FormatError> = mapping.withLock { mapping in
      if let mapping { return .success(mapping) }
      guard let pages = MappedPages(descriptor: descriptor, count: count) else {
        return .failure(
          FormatError(.io, "cannot map into memory: \(systemMessage(errno))", file: path))
      }
      mapping = pages
      return .success(pages)
    }
    return unsafe try outcome.get().bytes
  }

  /// Says how `range` of the mapping will be used. Only a hint: it changes what is in memory and
  /// never what is read, and does nothing where the file is not mapped.
  public func advise(_ use: PageUse, _ range: Range<Int>) {
    mapping.withLock { $0 }?.advise(use, range.clamped(to: 0..<count))
  }
}

/// What is to become of mapped pages.
public enum PageUse: Sendable {
  /// They will be read soon: fetch them from the disk now.
  case soon
  /// They were read: the process gives them back. The system keeps them for as long as it has room.
  case done
}

@safe private final class MappedPages: Sendable {
  nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  init?(descriptor: Int32, count: Int) {
    if count == 0 {
      unsafe bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
      unsafe start != MAP_FAILED
    else { return nil }
    unsafe bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  func advise(_ use: PageUse, _ range: Range<Int>) {
    guard let start = unsafe bytes.baseAddress, !range.isEmpty else { return }
    // The mapping begins with a page. Pages that are shared with a neighbour may be given back too.
    let page = max(1, sysconf(Int32(_SC_PAGESIZE)))
    let first = range.lowerBound / page * page
    let advice = use == .soon ? MADV_WILLNEED : MADV_DONTNEED
    unsafe _ = madvise(
      UnsafeMutableRawPointer(mutating: start + first), range.upperBound - first, advice)
  }

  deinit {
    if let start = unsafe bytes.baseAddress {
      unsafe munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }
}

/// What the operating system says about an error number.
public func systemMessage(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
