import CKernels
import Tensors

extension Numerics {
  /// silu of a causal convolution over time, each channel by itself: `x` and `out` are
  /// [tokens][channels], and what came before `x` is in the state's history, which moves on.
  func convolve(
    _ x: UnsafePointer<Float>, tokens: Int, weights: DeltaWeights, state: DeltaState,
    into out: UnsafeMutablePointer<Float>
  ) {
    let (math, channels, before) = (math, state.layout.channels, state.layout.taps - 1)
    let history = state.history
    nonisolated(unsafe) let (x, out, past) = (x, out, UnsafePointer(history))
    /// The input `row` tokens after the first of the call, or before it.
    @Sendable func input(_ row: Int) -> UnsafePointer<Float> {
      row < 0 ? past + (row + before) * channels : x + row * channels
    }
    let piece = 1 << 12
    let pieces = (channels + piece - 1) / piece
    weights.taps.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      nonisolated(unsafe) let taps = base
      workers.run(count: tokens * pieces) { item, _ in
        let (token, start) = (item / pieces, item % pieces * piece)
        withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: before + 1) {
          for tap in 0...before {
            $0.initializeElement(at: tap, to: input(token + tap - before) + start)
          }
          math.convolve_silu(
            $0.baseAddress, before + 1, taps + start, channels, min(piece, channels - start),
            out + token * channels + start)
        }
      }
    }
    for place in 0..<before {
      // A row that stays moves to the front: its new place is already read.
      (history + place * channels).update(from: input(place + tokens - before), count: channels)
    }
  }
}

extension Plain {
  /// One channel at one time: `x` are its inputs, oldest first, as many as there are taps.
  public static func convolveSilu(_ x: [Float], taps: [Float]) -> Float {
    let sum = zip(x, taps).reduce(Float(0)) { $0.addingProduct($1.0, $1.1) }
    return sum / (exp(-sum) + 1)
  }
}
