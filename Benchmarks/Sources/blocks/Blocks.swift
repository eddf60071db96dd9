import Foundation
import Support
import Tensors

/// Weights per second of every block format, beside a memcpy of the same bytes in the same run.
///
///     swift run -c release --package-path Benchmarks blocks
///         [--threads N] [--isa LEVEL] [--rows N] [FORMAT ...]
///
/// By default the rows are more than any cache holds, half as many for each of two threads; with
/// `--rows 16` they stay in a core's cache, as chunks of a conversion do.
@main struct Blocks {
  static let rowLength = 4096

  static func main() {
    var arguments = Arguments()
    let rows = arguments.number("--rows", default: 8192)
    let threads = arguments.number("--threads", default: 1)
    let isa = arguments.option("--isa")
    guard let kernels = isa.map(level) ?? .active else {
      complain("levels here: \(Kernels.available.map(\.description).joined(separator: " "))")
    }
    let names = arguments.words
    let formats = BlockFormat.all.filter { names.isEmpty || names.contains($0.dtype.name) }

    print(
      """
      \(kernels), \(threads) threads, \(rows) rows of \(rowLength)
      M/s: million weights a second; GB/s: bytes read and written; copy: share of a memcpy that
      reads and writes as many bytes. Weighted only where importance changes the bytes.
      """)
    let headings = ["encode", "weighted", "decode"].flatMap { ["\($0) M/s", "GB/s", "copy"] }
    let widths = headings.map { $0.count + 3 }
    print(line("", 8, headings, widths))
    let bench = BlockBench(
      rows: rows, rowLength: rowLength, kernels: kernels, workers: Workers(threads: threads))
    for format in formats {
      let results = [bench.encode(format), bench.encodeWeighted(format), bench.decode(format)]
      let cells = results.flatMap { result -> [String] in
        guard let result else { return ["-", "-", "-"] }
        return [
          fixed(result.weights / 1e6, 0), fixed(result.bytes / 1e9, 1),
          fixed(100 * result.shareOfCopy, 0) + "%",
        ]
      }
      print(line(format.dtype.name, 8, cells, widths))
    }
  }

  static func level(_ name: String) -> Kernels? {
    Kernels.available.first { $0.description == name }
  }
}
