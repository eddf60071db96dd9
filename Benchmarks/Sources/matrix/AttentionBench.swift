import Reference
import Support
import Tensors

/// What attention costs beside the matrices, and what it costs to start a run at all.
struct AttentionBench {
  let numerics: Numerics

  func report(runs: Int) {
    let layout = CacheLayout(heads: 2, keySize: 128, valueSize: 128, capacity: 4096)
    let keys = MatrixBench.fill(layout.keyCount), values = MatrixBench.fill(layout.valueCount)
    let queries = MatrixBench.fill(512 * 12 * 128), mixed = MatrixBench.fill(512 * 12 * 128)
    defer { for memory in [keys, values, queries, mixed] { memory.deallocate() } }
    print("attention, 12 heads of 128 on 2:")
    for (tokens, position) in [(512, 0), (512, 3584), (1, 511), (1, 4095)] {
      let time = best(of: runs) {
        numerics.attend(
          queries: queries, tokens: tokens, at: position, heads: 12, scale: 0.088, layout: layout,
          keyMemory: keys, valueMemory: values, into: mixed)
      }
      let pairs = Double(tokens * position + tokens * (tokens + 1) / 2)
      let cells = [
        "\(fixed(4 * pairs * 12 * 128 / time * 1e-9, 0)) GFLOP/s", "\(fixed(time * 1e6, 1)) us",
      ]
      print(line("  \(tokens) tokens at \(position)", 24, cells, [14, 14]))
    }
    let starts = best(of: runs) {
      for _ in 0..<1000 { numerics.workers.run(count: 2) { _, _ in } }
    }
    print("start of a run: \(fixed(starts * 1e3, 1)) us")
  }
}
