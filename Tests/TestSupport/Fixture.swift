import Foundation

/// Files under `Fixtures/`, found from this source file so that tests need no bundle.
public enum Fixture {
  public static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures")

  public static func path(_ relative: String) -> String { root.appending(path: relative).path }
}
