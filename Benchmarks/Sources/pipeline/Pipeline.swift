import Architectures
import Checkpoints
import Containers
import Conversion
import Foundation
import Quantization
import Support
import Synthetic
import Tensors

/// Seconds from a Hugging Face directory to a quantized GGUF, beside what the storage takes to write
/// as many bytes in the same way.
///
///     swift run -c release --package-path Benchmarks pipeline [--threads N] [--runs N]
///         [--imatrix FILE] [--output DIRECTORY] [--checkpoint DIRECTORY] [TYPE ...]
///
/// Without `--checkpoint` it makes one of Qwen2.5-1.5B's shapes in the output directory, and keeps it
/// for the next time. Types default to Q4_K_M.
@main struct Pipeline {
  static func main() throws {
    var arguments = Arguments()
    let threads = arguments.number("--threads", default: 2)
    let runs = arguments.number("--runs", default: 2)
    let importance = try arguments.option("--imatrix").map(ImportanceMatrix.init(path:))
    let output = arguments.option("--output") ?? FileManager.default.temporaryDirectory.path
    let checkpoint = try arguments.option("--checkpoint") ?? synthetic(in: output)
    let types = arguments.words.isEmpty ? ["Q4_K_M"] : arguments.words

    let model = try Model(Checkpoint(path: checkpoint))
    let size = model.checkpoint.tensors.byteCount
    try readOnce(checkpoint)
    print(
      "\(checkpoint): \(fixed(Double(size) / 1e9, 2)) GB, \(threads) threads, best of \(runs) runs")
    let headings = ["GB out", "seconds", "GB/s in", "storage s", "MB/s", "without it", "peak MB"]
    let widths = headings.map { $0.count + 3 }
    print(line("", 8, headings, widths))
    for type in types {
      guard let preset = Preset.named(type) else { complain("no such type: \(type)") }
      var choices = TypeChoices(preset)
      choices.hasImportance = importance != nil
      let plan = try GGUFSource(model, carriesSource: true)
        .plan(Recipe(choices, for: model), importance: importance)
      let storage = Storage(byteCount: plan.byteCount, threads: threads)
      let path = output + "/assay-pipeline-\(type).gguf"
      var whole = Double.infinity, writing = Double.infinity, computing = Double.infinity
      for _ in 0..<runs {
        whole = min(
          whole, try seconds { _ = try Executor(plan, threads: threads).run(to: path) })
        try FileManager.default.removeItem(atPath: path)
        writing = min(writing, try seconds { try storage.write(to: path) })
        computing = min(computing, try seconds { try compute(plan, threads) })
      }
      let cells = [
        fixed(Double(plan.byteCount) / 1e9, 3), fixed(whole, 2),
        fixed(Double(size) / whole / 1e9, 2), fixed(writing, 2),
        fixed(Double(plan.byteCount) / writing / 1e6, 0), fixed(computing, 2),
        fixed(Double(peakMemory) / 1e6, 1),
      ]
      print(line(preset.name, 8, cells, widths))
    }
  }

  /// To memory that forgets: all but the storage.
  static func compute(_ plan: ConversionPlan, _ threads: Int) throws {
    _ = try Executor(plan, threads: threads).run(to: "/dev/shm/assay-pipeline.gguf")
    try FileManager.default.removeItem(atPath: "/dev/shm/assay-pipeline.gguf")
  }

  static func synthetic(in directory: String) throws -> String {
    let path = directory + "/assay-synthetic-1.5b"
    if !FileManager.default.fileExists(atPath: path + "/model.safetensors") {
      print("making \(path)")
      try SyntheticCheckpoint.write(
        ModelShape.qwen2_5_1_5B.config(), weights: .random, to: path)
    }
    return path
  }

  /// So that every run finds the checkpoint in the page cache, where it fits.
  static func readOnce(_ checkpoint: String) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    for name in try FileManager.default.contentsOfDirectory(atPath: checkpoint) {
      guard let file = try? FileBytes(path: checkpoint + "/" + name) else { continue }
      for offset in stride(from: 0, to: file.count, by: buffer.count) {
        let count = min(buffer.count, file.count - offset)
        try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: offset)
      }
    }
  }

  /// The most memory that this process has had resident.
  static var peakMemory: Int {
    var usage = rusage()
    #if os(Linux)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return Int(usage.ru_maxrss) * 1024
    #else
      getrusage(RUSAGE_SELF, &usage)
      return Int(usage.ru_maxrss)
    #endif
  }
}
