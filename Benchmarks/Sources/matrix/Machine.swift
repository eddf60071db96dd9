import Reference
import Support
import Tensors

/// What the machine can do, as far as the matrix kernels could use it.
struct Machine: Encodable {
  /// Fused multiply-adds in registers, 10^9 floating-point operations a second.
  let peakGflops: Double

  init(_ kernels: Kernels, _ workers: Workers) {
    let threads = workers.threads, rounds = 2_000_000
    let peak = kernels.table.pointee.math.peak
    let computing = best(of: 5) {
      workers.run(count: threads) { _, _ in _ = peak?(rounds) }
    }
    peakGflops = Double(threads * rounds * (peak?(1) ?? 0)) / computing * 1e-9
  }

  /// Adds up words, which is the least that can be done with bytes out of memory.
  static func read(_ bytes: UnsafeRawBufferPointer, _ workers: Workers) {
    nonisolated(unsafe) let source = bytes.bindMemory(to: SIMD8<UInt64>.self)
    let lines = source.count, threads = workers.threads
    workers.run(count: threads) { item, _ in
      var sums = SIMD8<UInt64>()
      for line in item * lines / threads..<(item + 1) * lines / threads { sums &+= source[line] }
      if sums == .zero { print("zeros") }
    }
  }
}
