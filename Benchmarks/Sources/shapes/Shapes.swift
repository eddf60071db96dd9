import Architectures
import Checkpoints
import Conversion
import Foundation
import Quantization
import Reference
import Support
import Synthetic
import Tensors

/// Prefill and decode of published models' shapes: measured on a few blocks, more than a cache
/// holds, and the output, and counted up to all blocks. The weights are zeros, which take as long.
///
///     swift run -c release --package-path Benchmarks shapes
///         [--threads N] [--prefill N] [--runs N] [--type TYPE] [--directory D] [--json] [NAME ...]
///
/// Types are BF16 (the default), and whatever `assay quantize` knows.
@main struct Shapes {
  static func main() throws {
    var arguments = Arguments()
    let threads = arguments.number(
      "--threads", default: ProcessInfo.processInfo.activeProcessorCount)
    let prefill = arguments.number("--prefill", default: 512)
    let runs = arguments.number("--runs", default: 4)
    let type = arguments.option("--type") ?? "BF16"
    let parent = arguments.option("--directory") ?? FileManager.default.temporaryDirectory.path
    let json = arguments.flag("--json")
    let names = arguments.words
    let shapes = ModelShape.all.filter { names.isEmpty || names.contains($0.name) }
    let directory = parent + "/assay-shapes-\(ProcessInfo.processInfo.processIdentifier)"
    defer { try? FileManager.default.removeItem(atPath: directory) }

    var results: [ShapeBench.Result] = []
    let headings = [
      "ms/block", "output ms", "tokens/s", "matrix", "ms/block", "output ms", "tokens/s",
    ]
    let widths = headings.map { $0.count + 2 }
    if !json {
      print("\(Kernels.active), \(threads) threads, \(type), best of \(runs) runs")
      print(
        "\(prefill) tokens at once, then one by one; tokens/s counted up from \(measuredBlocks) blocks:"
      )
      print(line("", 14, headings, widths))
    }
    for shape in shapes {
      let path = try make(shape, type: type, in: directory)
      let result = try ShapeBench(path: path, shape: shape, threads: threads, prefill: prefill)
        .measure(runs: runs)
      try FileManager.default.removeItem(atPath: directory)
      results.append(result)
      if !json { print(line(shape.name, 14, cells(result), widths)) }
    }
    if json { try printJSON(results) }
  }

  static func cells(_ result: ShapeBench.Result) -> [String] {
    [
      fixed(1e3 * result.prefill.block, 1), fixed(1e3 * result.prefill.output, 1),
      fixed(result.prefill.tokensPerSecond, 1), fixed(100 * result.shareOfMatrix, 1) + "%",
      fixed(1e3 * result.decode.block, 2), fixed(1e3 * result.decode.output, 2),
      fixed(result.decode.tokensPerSecond, 2),
    ]
  }

  private static let measuredBlocks = 4

  /// A checkpoint of a few blocks.
  static func make(_ shape: ModelShape, type: String, in directory: String) throws -> String {
    try SyntheticCheckpoint.write(
      shape.config(blocks: measuredBlocks), weights: .hollow, to: directory)
    guard type != "BF16" else { return directory }
    guard let preset = Preset.named(type) else { complain("no such type: \(type)") }
    let model = try Model(Checkpoint(path: directory))
    let recipe = Recipe(TypeChoices(preset), for: model)
    let path = directory + "/\(type).gguf"
    _ = try Executor(
      GGUFSource(model, carriesSource: true).plan(recipe, importance: nil), threads: 2
    ).run(to: path)
    return path
  }
}
