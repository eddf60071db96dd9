import ArgumentParser
import Checkpoints
import Containers
import Conversion
import Foundation
import Synchronization

/// What `convert` and `quantize` share: output options, execution with progress, the report.
struct WritingOptions: ParsableArguments {
  @Flag(help: "Replace an existing output.") var force = false
  @Flag(
    help: "Turn every warning (ignored keys or tensors, fallback types, overflow) into an error.")
  var strict = false
  @Flag(help: "Print what would be written, exact to the byte, and write nothing.")
  var dryRun = false
  @Flag(help: "Write only llama.cpp's own metadata keys, none of ours.") var plain = false
}

struct ConversionRun {
  let plan: ConversionPlan
  let options: WritingOptions
  let threads: Int
  let label: String
  let outputs: [Output]
  let inputs: Inputs
  /// Nil copies such values where nothing else is asked: a lossless conversion.
  var nonFinite: NonFinite?

  struct Summary {
    let problems: [Problem]
    let seconds: Double
    let resumed: Bool
  }

  /// Reports what the plan would ignore or substitute; an error under `--strict`. Throws where the
  /// outputs would be refused; a dry run only says it.
  func announce() throws(FormatError) {
    if options.dryRun {
      Console.report(outputs.compactMap { $0.objection(inputs) })
    } else {
      if let obstacle = plan.obstacle { throw obstacle }
      for output in outputs { try output.check(inputs) }
    }
    Console.report(problems.warnings)
    try ModelInput.refuse(problems, strict: options.strict, label)
  }

  var problems: [Problem] {
    plan.problems
      + (options.dryRun ? outputs.compactMap { $0.objection(inputs) } + obstacles : [])
      + plan.fallbacks.map {
        Problem(
          .warning, "fallback-type", subject: $0.tensor,
          "gets \($0.used.name) instead of \($0.wanted.name): \($0.why)")
      }
  }

  private var obstacles: [Problem] {
    plan.obstacle.map {
      [
        Problem(
          .warning, "cannot-run", subject: $0.subject ?? label, $0.message, remedy: $0.remedy)
      ]
    } ?? []
  }

  /// `force` where the output is part of something that is ours already.
  func write(to path: String, force: Bool? = nil) throws -> Summary {
    let start = Date()
    let progress = ProgressLine(label)
    var executor = Executor(plan, threads: threads)
    executor.force = force ?? options.force
    executor.strict = options.strict
    executor.nonFinite = nonFinite ?? .refuse
    executor.checksCopies = nonFinite != nil
    executor.onProgress = { step in
      progress.update(done: Double(step.bytesDone), of: Double(step.bytes)) { seconds in
        Numbers.bytes(Int(Double(step.bytesDone) / seconds)) + "/s"
      }
    }
    let interrupt = Interrupt(executor.cancellation)
    defer { interrupt.stop() }
    let outcome = try executor.run(to: path)
    progress.finish()
    Console.report(outcome.problems)
    return Summary(
      problems: problems + outcome.problems, seconds: Date().timeIntervalSince(start),
      resumed: outcome.resumedChunks > 0)
  }

  func json(_ path: String, _ summary: Summary?) -> JSONValue {
    var json: JSONValue = [
      "output": .string(path), "dry_run": .bool(summary == nil), "bytes": .int(plan.byteCount),
      "bits_per_weight": .double(plan.bitsPerWeight),
      "fallbacks": .array(
        plan.fallbacks.map {
          [
            "tensor": .string($0.tensor), "wanted": .string($0.wanted.name),
            "used": .string($0.used.name), "why": .string($0.why),
          ]
        }),
      "problems": .array((summary?.problems ?? problems).map(\.json)),
      "tensors": .array(
        plan.steps.map {
          [
            "name": .string($0.info.name), "type": .string($0.info.dtype.name),
            "shape": .array($0.info.shape.dimensions.map(JSONValue.int)),
            "bytes": .int($0.info.byteCount),
          ]
        }),
    ]
    if let summary {
      json["seconds"] = .double(summary.seconds)
      json["peak_memory"] = .int(Machine.peakMemory)
      json["resumed"] = .bool(summary.resumed)
    }
    return json
  }

  /// Every tensor of a dry run.
  var table: String {
    var table = Table(["tensor", "source", "type", " bits", " bytes"])
    for step in plan.steps {
      table.add([
        step.info.name, step.source.types.map(\.name).joined(separator: " + "),
        step.info.dtype.name,
        Numbers.fixed(step.info.dtype.bitsPerWeight, 2), "\(step.info.byteCount)",
      ])
    }
    return table.text
  }
}

extension Problem {
  var json: JSONValue {
    [
      "severity": .string(severity.rawValue), "code": .string(code), "subject": .string(subject),
      "message": .string(message), "remedy": .optional(remedy), "file": .optional(file),
    ]
  }
}

/// Ctrl-C and termination stop the work between two pieces, so that it can be resumed.
final class Interrupt {
  /// The signal that came, or 0.
  static var received: Int32 { number.load(ordering: .acquiring) }
  private static let number = Atomic<Int32>(0)
  private var sources: [any DispatchSourceSignal] = []

  init(_ cancellation: Cancellation) {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        Interrupt.number.store(number, ordering: .releasing)
        cancellation.cancel()
      }
      source.resume()
      sources.append(source)
    }
  }

  func stop() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }
}
