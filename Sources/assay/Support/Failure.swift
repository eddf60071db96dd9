import ArgumentParser
import Containers
import Conversion
import Foundation

/// From an error to what the user sees and the exit code.
enum Failure {
  static func exit(with error: any Error, json: Bool) -> Never {
    switch error {
    case let error as FormatError:
      Console.error(error.description)
      // One document is the promise: what was measured before stays alone.
      if json, !Console.hasPrintedJSON { Console.print(["error": error.json]) }
      Foundation.exit(error.kind.exitCode)
    case let error as Interrupted:
      Console.error(
        "interrupted after \(error.chunksDone) of \(error.chunks) pieces\n"
          + "  Repeat the same command to go on from there.")
      Foundation.exit(128 + (Interrupt.received == 0 ? SIGINT : Interrupt.received))
    default: Assay.exit(withError: error)
    }
  }
}

extension FormatError.Kind {
  /// The codes of BSD's sysexits.
  var exitCode: Int32 {
    switch self {
    case .damaged, .unknown: 65
    case .missing: 66
    case .exists: 73
    case .io: 74
    }
  }
}

extension FormatError {
  fileprivate var json: JSONValue {
    [
      "kind": .string(kind.rawValue), "message": .string(message), "file": .optional(file),
      "offset": .optional(offset), "subject": .optional(subject),
      "expected": .optional(expected), "found": .optional(found), "remedy": .optional(remedy),
    ]
  }
}
