import Architectures
import CKernels
import Foundation
import Tensors

/// Cosines and sines of rotary position embedding, for a range of positions.
///
/// Rounded where transformers rounds: exponent, power, reciprocal and angle to float32, then the
/// cosine and sine. Between roundings everything is computed in double.
public struct RotaryTable: Sendable {
  public let positions: Range<Int>
  /// Pairs that one head rotates.
  public let half: Int
  /// [position][half]
  public let cosines: [Float]
  public let sines: [Float]

  /// `attentionScale` is what some frequency scalings multiply cosines and sines by.
  public init(inverseFrequencies: [Float], positions: Range<Int>, attentionScale: Float = 1) {
    self.positions = positions
    half = inverseFrequencies.count
    var cosines: [Float] = [], sines: [Float] = []
    cosines.reserveCapacity(positions.count * half)
    sines.reserveCapacity(positions.count * half)
    for position in positions {
      for frequency in inverseFrequencies {
        let angle = Double(Float(position) * frequency)
        cosines.append(Float(cos(angle)) * attentionScale)
        sines.append(Float(sin(angle)) * attentionScale)
      }
    }
    self.cosines = cosines
    self.sines = sines
  }
}

extension Numerics {
  /// Rotates, in place, the first 2 · half elements of every head of rows of tokens that stand at
  /// `table.positions`. Rows are `stride` floats apart, by default heads · headSize.
  public func rotate(
    _ x: UnsafeMutablePointer<Float>, heads: Int, headSize: Int, by table: RotaryTable,
    layout: RopeLayout, stride: Int? = nil
  ) {
    precondition(2 * table.half <= headSize)
    let kernel = layout == .halves ? math.rope_halves : math.rope_pairs
    guard let kernel else { return }
    let start = StepClock.now
    defer { clock.add(.rope, since: start) }
    let stride = stride ?? heads * headSize
    nonisolated(unsafe) let x = x
    table.cosines.withUnsafeBufferPointer { cosines in
      table.sines.withUnsafeBufferPointer { sines in
        nonisolated(unsafe) let (cosines, sines) = (cosines.baseAddress, sines.baseAddress)
        let half = table.half
        workers.run(count: table.positions.count) { token, _ in
          guard let cosines, let sines else { return }
          for head in 0..<heads {
            kernel(
              x + token * stride + head * headSize, half, cosines + token * half,
              sines + token * half)
          }
        }
      }
    }
  }
}

extension Plain {
  /// One head at one position.
  public static func rotate(
    _ x: [Float], cosines: [Float], sines: [Float], layout: RopeLayout
  ) -> [Float] {
    var out = x
    let half = cosines.count
    for i in 0..<half {
      let (first, second) = layout == .halves ? (i, i + half) : (2 * i, 2 * i + 1)
      out[first] = x[first] * cosines[i] - x[second] * sines[i]
      out[second] = x[second] * cosines[i] + x[first] * sines[i]
    }
    return out
  }
}
