import Containers
import Foundation

/// A directory that appears under its final name only when everything in it is complete.
///
/// Files are written into `NAME.assay-part`, which an interrupted run leaves for the next one. It is
/// locked for as long as this object lives: two runs never write one output.
public final class OutputDirectory: Sendable {
  public let path: String
  public let partPath: String
  private let force: Bool
  private let lock: DirectoryLock

  /// Throws `.exists` where something is there already, or another run is writing it; `force`
  /// replaces files of the same names.
  public init(path: String, force: Bool) throws(FormatError) {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    self.path = trimmed
    self.force = force
    partPath = trimmed + ".assay-part"
    try OutputFile.refuseExisting(trimmed, force: force)
    do {
      try FileManager.default.createDirectory(
        atPath: partPath, withIntermediateDirectories: true)
    } catch {
      throw FormatError(
        .exists, "cannot be created", file: trimmed, found: error.localizedDescription,
        remedy: "Choose a place that you may write to.")
    }
    lock = try DirectoryLock(partPath, for: trimmed)
  }

  public func file(_ name: String) -> String { partPath + "/" + name }

  /// Gives the directory its name. With `force`, what was there under the same file names goes.
  public func commit() throws(FormatError) {
    do {
      let manager = FileManager.default
      guard force, manager.fileExists(atPath: path) else {
        try manager.moveItem(atPath: partPath, toPath: path)
        return
      }
      for name in try manager.contentsOfDirectory(atPath: partPath) {
        let target = path + "/" + name
        if manager.fileExists(atPath: target) { try manager.removeItem(atPath: target) }
        try manager.moveItem(atPath: file(name), toPath: target)
      }
      try manager.removeItem(atPath: partPath)
    } catch {
      throw FormatError(
        .io, "cannot be given its name", file: path, found: error.localizedDescription)
    }
  }

  public func discard() { try? FileManager.default.removeItem(atPath: partPath) }
}
