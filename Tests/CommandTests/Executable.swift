import Foundation
import TestSupport
import Testing

enum Executable {
  /// Beside the tests, or where `swift build` leaves it.
  static func find() -> URL? {
    var places: [URL] = []
    var place = URL(filePath: CommandLine.arguments[0]).standardizedFileURL
    while place.pathComponents.count > 1 {
      place.deleteLastPathComponent()
      places.append(place)
    }
    let root = Fixture.root.deletingLastPathComponent()
    places += [".build/release", ".build/debug"].map { root.appending(path: $0) }
    return places.lazy.map { $0.appending(path: "assay") }.first { url in
      var isDirectory: ObjCBool = false
      return FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory)
        && !isDirectory.boolValue && FileManager.default.isExecutableFile(atPath: url.path)
    }
  }

  static func run(_ arguments: [String]) throws -> (code: Int32, stderr: String) {
    let (code, text) = try run(arguments) { $0.standardError = $1 }
    return (code, String(decoding: text, as: UTF8.self))
  }

  /// What a command with `--json` prints.
  static func json(_ arguments: [String]) throws -> [String: Any] {
    let text = try run(arguments + ["--json"]) { $0.standardOutput = $1 }.output
    return try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
  }

  private static func run(
    _ arguments: [String], program: URL? = find(), capture: (Process, Pipe) -> Void
  ) throws -> (code: Int32, output: Data) {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    let pipe = Pipe()
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    capture(process, pipe)
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }

  /// A command whose output a shell directs: `redirection` follows it.
  static func shell(
    _ arguments: [String], _ redirection: String, before: String = "",
    environment: [String: String] = [:],
    capture: (Process, Pipe) -> Void = { $0.standardError = $1 }
  ) throws -> (code: Int32, text: String) {
    let words = [try #require(find()).path] + arguments
    let command = before + words.map { "'" + $0 + "'" }.joined(separator: " ") + " " + redirection
    let (code, text) = try run(["-c", command], program: URL(filePath: "/bin/sh")) {
      capture($0, $1)
      $0.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    }
    return (code, String(decoding: text, as: UTF8.self))
  }
}
