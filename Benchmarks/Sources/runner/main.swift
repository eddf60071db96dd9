// Prefill and decode of a whole model, and where the time goes.
// `runner MODEL [--threads N] [--prefill N] [--decode N] [--runs N]`
import Architectures
import Checkpoints
import Foundation
import Reference
import Support
import Tensors

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

var arguments = Arguments()
let threads = arguments.number("--threads", default: ProcessInfo.processInfo.activeProcessorCount)
let prefill = arguments.number("--prefill", default: 512)
let decode = arguments.number("--decode", default: 16)
let runs = arguments.number("--runs", default: 2)
guard let path = arguments.words.first, arguments.words.count == 1 else {
  complain("runner MODEL [--threads N] [--prefill N] [--decode N] [--runs N]")
}
let model: Model
let reference: ReferenceModel
do {
  model = try Model(Checkpoint(path: path))
  reference = try ReferenceModel(model)
} catch {
  complain("\(error)")
}
let pass = ForwardPass(
  reference, tokens: prefill, context: prefill + decode, workers: Workers(threads: threads))
let vocabulary = model.parameters.vocabularySize
let logits = UnsafeMutableBufferPointer<Float>.allocate(capacity: vocabulary)
let prompt = (0..<prefill).map { ($0 &* 7919 &+ 13) % vocabulary }
print(path, "\(Kernels.active), \(threads) threads")

/// Runs `body` a few times, each from an empty sequence, and reports the quickest: other processes
/// only ever add time.
@MainActor func report(
  _ label: String, tokens: Int, before: @MainActor () throws -> Void,
  _ body: @MainActor () throws -> Void
) rethrows {
  var best: Profile?
  for _ in 0..<runs {
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

try report("prefill \(prefill):", tokens: prefill) {
} _: {
  try pass.run(prompt)
  try pass.logits(of: prefill - 1..<prefill, into: logits)
}
try report("decode \(decode):", tokens: decode) {
  try pass.run(prompt.prefix(8))
} _: {
  for step in 0..<decode {
    try pass.run([step])
    try pass.logits(of: 0..<1, into: logits)
  }
}
print(String(format: "memory high-water %.2f GB", highWater() * 1e-9))
