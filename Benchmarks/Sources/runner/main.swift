// Prefill and decode of a whole model, and where the time goes.
// `runner MODEL [--threads N] [--prefill N] [--decode N] [--runs N]`
import Architectures
import Checkpoints
import Foundation
import Reference
import Tensors

struct Options {
  var model = ""
  var threads = ProcessInfo.processInfo.activeProcessorCount
  var prefill = 512
  var decode = 16
  var runs = 2

  init(_ arguments: some Sequence<String>) {
    var words = arguments.makeIterator()
    while let word = words.next() {
      switch word {
      case "--threads": threads = words.next().flatMap { Int($0) } ?? threads
      case "--prefill": prefill = words.next().flatMap { Int($0) } ?? prefill
      case "--decode": decode = words.next().flatMap { Int($0) } ?? decode
      case "--runs": runs = words.next().flatMap { Int($0) } ?? runs
      default: model = word
      }
    }
  }
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = DispatchTime.now().uptimeNanoseconds
  try body()
  return Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
}

/// Peak resident memory; mapped weights that were read count.
func highWater() -> Double {
  var usage = rusage()
  #if os(Linux)
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) * 1024
  #else
    getrusage(RUSAGE_SELF, &usage)
    return Double(usage.ru_maxrss)
  #endif
}

/// The profile of one run.
struct Profile {
  let total: Double
  let steps: [(StepClock.Step, Double)]

  init(_ clock: StepClock, total: Double) {
    self.total = total
    steps = StepClock.Step.allCases.map { ($0, clock.seconds($0)) }
  }

  var text: String {
    let known = steps.reduce(0) { $0 + $1.1 }
    let shares = steps.map { ($0.0.rawValue, $0.1) } + [("other", total - known)]
    return shares.map { String(format: "\($0.0) %.1f %%", 100 * $0.1 / total) }
      .joined(separator: ", ")
  }
}

let options = Options(CommandLine.arguments.dropFirst())
let model = try Model(Checkpoint(path: options.model))
let pass = ForwardPass(
  try ReferenceModel(model), tokens: options.prefill, context: options.prefill + options.decode,
  workers: Workers(threads: options.threads))
let vocabulary = model.parameters.vocabularySize
let logits = UnsafeMutableBufferPointer<Float>.allocate(capacity: vocabulary)
let prompt = (0..<options.prefill).map { ($0 &* 7919 &+ 13) % vocabulary }
print(options.model, "\(Kernels.active), \(options.threads) threads")

/// Runs `body` a few times, each from an empty sequence, and reports the quickest: other processes
/// only ever add time.
@MainActor func report(
  _ label: String, tokens: Int, before: @MainActor () throws -> Void,
  _ body: @MainActor () throws -> Void
) rethrows {
  var best: Profile?
  for _ in 0..<options.runs {
    pass.reset()
    try before()
    pass.clock.reset()
    let time = try seconds { try body() }
    if time < best?.total ?? .infinity { best = Profile(pass.clock, total: time) }
  }
  guard let best else { return }
  print(label, String(format: "%.2f tokens/s", Double(tokens) / best.total))
  print("  ", best.text)
}

if options.prefill > 0 {
  try report("prefill \(options.prefill):", tokens: options.prefill) {
  } _: {
    try pass.run(prompt)
    try pass.logits(of: options.prefill - 1..<options.prefill, into: logits)
  }
}
if options.decode > 0 {
  let short = prompt.prefix(8)
  try report("decode \(options.decode):", tokens: options.decode) {
    try pass.run(short)
  } _: {
    for step in 0..<options.decode {
      try pass.run([step])
      try pass.logits(of: 0..<1, into: logits)
    }
  }
}
print(String(format: "memory high-water %.2f GB", highWater() * 1e-9))
