import CKernels
import Tensors

/// The arithmetic of a forward pass on one set of threads.
///
/// Every result is a stated sequence of operations (`Plain` spells it out), so it has the same bits
/// on every instruction set, with every number of threads, and whether tokens come one by one or
/// all at once. Holds scratch memory: one forward pass at a time owns it, hence not `Sendable`.
public final class Numerics {
  public let kernels: Kernels
  public let workers: Workers
  public let activations: Activations
  public let clock = StepClock()
  let scratch: Scratch
  /// Activations as `Activations.ggml` rounds them.
  var rounded = FloatBuffer(count: 0)
  /// What activations without a second factor are multiplied by.
  var ones = FloatBuffer(count: 0)

  public init(
    kernels: Kernels = .active, workers: Workers, activations: Activations = .float32
  ) {
    self.kernels = kernels
    self.workers = workers
    self.activations = activations
    scratch = Scratch(workers: workers.threads)
  }

  var math: assay_math { kernels.table.pointee.math }

  /// Runs `body` over `count` elements in pieces that are worth a thread. For work in which no
  /// element depends on another.
  func pieces(
    of count: Int, _ body: @Sendable (_ start: Int, _ length: Int) -> Void
  ) {
    let piece = 1 << 14
    workers.run(count: (count + piece - 1) / piece) { item, _ in
      body(item * piece, min(piece, count - item * piece))
    }
  }
}

/// Memory of each worker's own, kept between calls.
final class Scratch {
  /// One worker's part.
  struct Part: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    let stride: Int
    subscript(worker: Int) -> UnsafeMutablePointer<Float> { base + worker * stride }
  }

  private let workers: Int
  private var part: Part?

  init(workers: Int) { self.workers = workers }

  /// At least `floats` for each worker, contents unspecified, until the next call.
  func parts(of floats: Int) -> Part {
    if let part, part.stride >= floats { return part }
    part?.base.deallocate()
    // Whole pages, plus a line so that the workers' parts do not share cache sets.
    let stride = (floats + 1023) / 1024 * 1024 + 16
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: stride * workers * MemoryLayout<Float>.stride, alignment: 4096)
    let part = Part(
      base: bytes.bindMemory(to: Float.self, capacity: stride * workers), stride: stride)
    self.part = part
    return part
  }

  deinit { part?.base.deallocate() }
}

/// The meaning of every kernel, in plain Swift: what `Numerics` must equal bit for bit.
public enum Plain {}
