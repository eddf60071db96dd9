import Reference
import Support
import Tensors

/// The matrix kernels against what the machine can do: fused multiply-adds in registers for many
/// tokens, memory for one.
///
///     swift run -c release --package-path Benchmarks matrix
///         [--threads N] [--isa LEVEL] [--runs N] [--json] [FORMAT ...]
@main struct Matrix {
  struct Report: Encodable {
    let kernels: String
    let threads: Int
    let machine: Machine
    let formats: [MatrixBench.Result]
  }

  static func main() throws {
    var arguments = Arguments()
    let threads = arguments.number("--threads", default: 1)
    let runs = arguments.number("--runs", default: 5)
    let isa = arguments.option("--isa")
    let json = arguments.flag("--json")
    let names = arguments.words
    guard
      let kernels = isa.map({ name in Kernels.available.first { $0.description == name } })
        ?? .active
    else { complain("levels here: \(Kernels.available.map(\.description).joined(separator: " "))") }
    let formats = BlockFormat.all.filter {
      $0.storesWeights && (names.isEmpty || names.contains($0.dtype.name))
    }
    let workers = Workers(threads: threads)
    let machine = Machine(kernels, workers)
    let bench = MatrixBench(
      numerics: Numerics(kernels: kernels, workers: workers), machine: machine, runs: runs)

    if json {
      let results = formats.compactMap(bench.measure)
      return try printJSON(
        Report(
          kernels: kernels.description, threads: threads, machine: machine, formats: results))
    }
    print(
      """
      \(kernels), \(threads) threads, 1536 x 8960 weights, best of \(runs) runs
      machine: \(fixed(machine.peakGflops, 0)) GFLOP/s in registers
      N: tokens at once, GFLOP/s, share of the peak. Memory: one token, weights in no cache, beside
      reading as many bytes.
      """)
    let headings =
      MatrixBench.tokens.flatMap { ["\($0)", "peak"] } + ["memory GB/s", "read GB/s", "share", "M weights/s"]
    let widths = headings.map { max(6, $0.count) + 2 }
    print(line("", 8, headings, widths))
    for format in formats {
      guard let result = bench.measure(format) else { continue }
      let cells =
        result.rates.flatMap { [fixed($0.gflops, 0), percent($0.shareOfPeak)] } + [
          fixed(result.memoryGbs, 1), fixed(result.readGbs, 1), percent(result.shareOfReading),
          fixed(result.weightsPerSecond / 1e6, 0),
        ]
      print(line(result.format, 8, cells, widths))
    }
    AttentionBench(numerics: bench.numerics).report(runs: runs)
  }

  static func percent(_ share: Double) -> String { fixed(100 * share, 0) + "%" }
}
