import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears under its final name only when it is complete and on the disk.
///
/// It is written as `NAME.assay-part` beside its destination: `commit` syncs and renames it,
/// `discard` removes it. Workers write disjoint ranges in any order, from any thread. The part file
/// is locked for as long as this object lives: two runs never write one output.
public final class OutputFile: Sendable {
  public let path: String
  public let byteCount: Int
  public let partPath: String
  private let force: Bool
  private let descriptor: Int32
  /// Whether the part file is one that an earlier run left.
  public let isResumed: Bool
  private let unsynced = Atomic<Int>(0)
  /// Bytes after which the disk is told to begin.
  private static let syncStride = 16 << 20

  /// Throws `.exists` where the destination is there (unless `force`), another run is writing it, or
  /// it cannot be created, and `.io` where the disk is too full. Nothing is left behind on failure.
  ///
  /// A part file that an earlier run left is replaced, unless it has this size and `keepsEarlier`,
  /// which is asked when the file is locked, knows it.
  public init(
    path: String, byteCount: Int, force: Bool, keepsEarlier: () -> Bool = { false }
  ) throws(FormatError) {
    try OutputFile.refuseExisting(path, force: force)
    try OutputFile.refuseDirectory(path)
    self.path = path
    self.force = force
    self.byteCount = byteCount
    partPath = path + ".assay-part"
    descriptor = try ExclusiveLock.open(partPath, O_RDWR | O_CREAT, for: path)
    var status = stat()
    let hasSize = unsafe fstat(descriptor, &status) == 0 && Int(status.st_size) == byteCount
    isResumed = hasSize && byteCount > 0 && keepsEarlier()
    if isResumed { return }
    do throws(FormatError) {
      try OutputFile.setSize(descriptor, 0, path)
      try OutputFile.checkSpace(for: byteCount, at: path)
      try OutputFile.setSize(descriptor, byteCount, path)
    } catch {
      unsafe unlink(partPath)
      close(descriptor)
      throw error
    }
  }

  private static func setSize(_ descriptor: Int32, _ size: Int, _ path: String) throws(FormatError)
  {
    guard ftruncate(descriptor, off_t(size)) == 0 else {
      throw FormatError(.io, "cannot be given its size: \(systemMessage(errno))", file: path)
    }
  }

  deinit { close(descriptor) }

  public static func refuseExisting(_ path: String, force: Bool) throws(FormatError) {
    guard !force, unsafe access(path, F_OK) == 0 else { return }
    throw FormatError(
      .exists, "exists already, and nothing is overwritten unasked", file: path,
      remedy: "Choose another name, or repeat with --force.")
  }

  private static func refuseDirectory(_ path: String) throws(FormatError) {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return }
    throw FormatError(
      .exists, "is a directory", file: path, expected: "the name of a file to write")
  }

  /// Compares the free space of the destination's file system with what will be written.
  public static func checkSpace(for byteCount: Int, at path: String) throws(FormatError) {
    let directory = URL(filePath: path).deletingLastPathComponent().path
    var status = statvfs()
    guard unsafe statvfs(directory, &status) == 0 else { return }
    let free = Int(
      clamping: UInt64(status.f_bavail).multipliedReportingOverflow(
        by: UInt64(status.f_frsize)
      ).partialValue)
    guard free >= byteCount else {
      throw FormatError(
        .io, "the disk has too little room for it", file: path,
        expected: "\(byteCount) bytes free", found: "\(free)",
        remedy: "Free some space, or write to another disk.")
    }
  }

  public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FormatError) {
    var done = 0
    while done < bytes.count {
      let wrote = unsafe pwrite(
        descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done,
        off_t(offset + done))
      if wrote < 0 && errno == EINTR { continue }
      guard wrote > 0 else {
        throw FormatError(
          .io, "cannot write: \(systemMessage(errno))", file: path, offset: offset + done,
          remedy: errno == ENOSPC ? "The disk is full: free some space and run again." : nil)
      }
      done += wrote
    }
    startSync(bytes.count)
  }

  /// Has the disk work while more is computed, so that the last sync is short: otherwise the system
  /// keeps what was written in memory, for half a minute or until much of it is full.
  private func startSync(_ count: Int) {
    #if os(Linux)
      let waiting = unsynced.add(count, ordering: .relaxed).newValue
      guard waiting >= OutputFile.syncStride, waiting - count < OutputFile.syncStride else {
        return
      }
      unsynced.store(0, ordering: .relaxed)
      // Starts to write whatever is unwritten, waits for nothing, and forgets what is written.
      posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
    #endif
  }

  public func write(_ bytes: [UInt8], at offset: Int) throws(FormatError) {
    let outcome: Result<Void, FormatError> = unsafe bytes.withUnsafeBytes { buffer in
      do throws(FormatError) {
        return .success(unsafe try write(buffer, at: offset))
      } catch { return .failure(error) }
    }
    try outcome.get()
  }

  /// Waits until all that was written is on the disk.
  public func synchronize() throws(FormatError) {
    guard fsync(descriptor) == 0 else {
      throw FormatError(.io, "cannot sync: \(systemMessage(errno))", file: path)
    }
  }

  /// Syncs, then gives the file its name; syncs the directory so that the name survives a crash.
  public func commit() throws(FormatError) {
    try synchronize()
    // `link` refuses an existing name atomically, which `rename` does not.
    let linked = unsafe force ? false : link(partPath, path) == 0
    if !linked {
      if !force && errno == EEXIST { try OutputFile.refuseExisting(path, force: false) }
      guard unsafe rename(partPath, path) == 0 else {
        throw FormatError(.exists, "cannot be named: \(systemMessage(errno))", file: path)
      }
    } else {
      unsafe unlink(partPath)
    }
    let directory = unsafe open(
      URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
  }

  /// Removes the part file.
  public func discard() { _ = unsafe unlink(partPath) }

  /// Writes a small file whole: part file, sync, rename.
  public static func write(_ bytes: [UInt8], to path: String, force: Bool) throws(FormatError) {
    let file = try OutputFile(path: path, byteCount: bytes.count, force: force)
    do throws(FormatError) {
      try file.write(bytes, at: 0)
      try file.commit()
    } catch {
      file.discard()
      throw error
    }
  }
}
