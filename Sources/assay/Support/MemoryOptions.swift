import ArgumentParser
import Containers
import Foundation
import Reference

/// How much memory a run may take.
struct MemoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Stream weights block by block where more would be needed (default: the machine's memory).",
      valueName: "size"),
    transform: ByteSize.parse)
  var maxMemory: Int?

  /// Asked once everything but the run itself is in memory.
  var budget: MemoryBudget {
    MemoryBudget(
      held: Machine.residentMemory,
      limit: maxMemory ?? Int(clamping: ProcessInfo.processInfo.physicalMemory))
  }

  /// Says on stderr what the run will take.
  static func announce(_ plan: RunPlan) {
    let parts = [
      ("weights", plan.weightBytes), ("activations and cache", plan.passBytes),
      ("logits", plan.logitBytes), ("held", plan.heldBytes),
    ].map { "\($0) \(Numbers.bytes($1))" }.joined(separator: ", ")
    var text = "memory: \(Numbers.bytes(plan.bytes)) (\(parts))"
    if plan.isStreaming {
      text += "; weights are streamed, \(Numbers.counted(plan.sequences, "window")) at a time"
    }
    Console.note(text)
  }
}

extension RunPlan {
  /// With what was then taken.
  var json: JSONValue {
    [
      "planned": .int(bytes), "weights": .int(weightBytes), "activations": .int(passBytes),
      "logits": .int(logitBytes), "held": .int(heldBytes), "streamed": .bool(isStreaming),
      "windows_at_once": .int(sequences), "peak": .int(Machine.peakMemory),
    ]
  }
}

/// `16GB`, `512MiB` or a number of bytes. MB is 10⁶ bytes and MiB is 2²⁰.
enum ByteSize {
  private static let units: [(name: String, bytes: Double)] = [
    ("", 1), ("b", 1), ("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("tb", 1e12), ("kib", 0x1p10),
    ("mib", 0x1p20), ("gib", 0x1p30), ("tib", 0x1p40),
  ]

  @Sendable static func parse(_ text: String) throws -> Int {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces).lowercased()
    guard let number = Double(digits), let scale = units.first(where: { $0.name == unit })?.bytes,
      case let bytes = number * scale, bytes >= 1, bytes < 0x1p62
    else {
      throw ValidationError(
        "'\(text)' is not a size: give bytes, or a number with a unit such as 16GB or 512MiB.")
    }
    return Int(bytes)
  }
}
