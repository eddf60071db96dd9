import Containers
import Foundation
import Testing

/// A directory of its own for one test, removed afterwards.
func withFile<T>(_ bytes: [UInt8], _ name: String, _ body: (String) throws -> T) throws -> T {
  let directory = FileManager.default.temporaryDirectory.appending(path: "assay-\(UUID())")
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: directory) }
  let url = directory.appending(path: name)
  try Data(bytes).write(to: url)
  return try body(url.path)
}

func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
  stride(from: 0, to: T.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: value >> T($0)) }
}

/// The kind of the FormatError that `body` throws; nil where it throws none. Every error must say
/// what to do, in its last line.
func failure(_ body: () throws -> Void) throws -> FormatError.Kind? {
  do { try body() } catch let error as FormatError {
    #expect(error.remedy.count > 10, "\(error)")
    #expect(error.description.hasSuffix("\n  " + error.remedy))
    return error.kind
  }
  return nil
}
