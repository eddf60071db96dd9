import Architectures
import Checkpoints
import Foundation

/// The tiny checkpoints of `Fixtures/families`, recorded by `Fixtures/record/families.py`.
public enum Families {
  /// Every directory there; a suite over it needs no new code for a new family.
  public static let all: [String] = {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: Fixture.path("families"))) ?? []
    return names.filter {
      FileManager.default.fileExists(atPath: Fixture.path("families/\($0)/config.json"))
    }.sorted()
  }()

  public static func path(_ name: String) -> String { Fixture.path("families/" + name) }

  /// Some families' files cannot say in GGUF what they compute: there, llama.cpp's is not recorded.
  public static func hasGGUF(_ name: String) -> Bool { has(name, "convert.gguf") }
  public static func hasOldConfig(_ name: String) -> Bool { has(name, "config.old.json") }

  private static func has(_ name: String, _ file: String) -> Bool {
    FileManager.default.fileExists(atPath: path(name) + "/" + file)
  }

  public static func model(_ name: String) throws -> Model {
    try Model(Checkpoint(path: path(name)))
  }
}

/// A directory that is removed when its owner goes.
public final class Scratch: Sendable {
  public let path: String

  public init() throws {
    path = FileManager.default.temporaryDirectory.path + "/assay-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  public func file(_ name: String) -> String { path + "/" + name }
}
