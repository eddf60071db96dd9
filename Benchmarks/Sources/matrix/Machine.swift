import Reference
import Support
import Tensors

/// What the machine can do, as far as the matrix kernels could use it.
struct Machine: Encodable {
  /// Fused multiply-adds in registers, 10^9 floating-point operations a second.
  let peakGflops: Double
  /// 10^9 bytes a second out of memory.
  let readGbs: Double

  init(_ kernels: Kernels, _ workers: Workers) {
    let threads = workers.threads, rounds = 2_000_000
    let peak = kernels.table.pointee.math.peak
    let computing = best(of: 5) {
      workers.run(count: threads) { _, _ in _ = peak?(rounds) }
    }
    peakGflops = Double(threads * rounds * (peak?(1) ?? 0)) / computing * 1e-9

    let lines = 1 << 22
    let memory = UnsafeMutablePointer<SIMD8<UInt64>>.allocate(capacity: lines)
    memory.initialize(repeating: .one, count: lines)
    defer { memory.deallocate() }
    nonisolated(unsafe) let source = memory
    let reading = best(of: 8) {
      workers.run(count: threads) { item, _ in
        var sums = SIMD8<UInt64>()
        for line in item * lines / threads..<(item + 1) * lines / threads { sums &+= source[line] }
        if sums == .zero { print("zeros") }
      }
    }
    readGbs = Double(64 * lines) / reading * 1e-9
  }
}
