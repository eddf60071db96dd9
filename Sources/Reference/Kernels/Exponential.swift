import CKernels
import Foundation
import Tensors

extension Numerics {
  /// e^x of `count` numbers, relative error under 2e-7; `out` may be `x`.
  public func exp(_ x: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>) {
    let math = math
    nonisolated(unsafe) let (x, out) = (x, out)
    pieces(of: count) { start, length in math.exponential(x + start, out + start, length) }
  }

  /// silu(gate) · up, with silu(g) = g / (1 + e^-g); `out` may be either.
  public func siluMultiply(
    gate: UnsafePointer<Float>, up: UnsafePointer<Float>, count: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    let start = StepClock.now
    defer { clock.add(.activation, since: start) }
    let math = math
    nonisolated(unsafe) let (gate, up, out) = (gate, up, out)
    pieces(of: count) { start, length in
      math.silu_multiply(gate + start, up + start, out + start, length)
    }
  }

  /// gelu(gate) · up in the tanh form; `out` may be either.
  public func geluMultiply(
    gate: UnsafePointer<Float>, up: UnsafePointer<Float>, count: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    let start = StepClock.now
    defer { clock.add(.activation, since: start) }
    let math = math
    nonisolated(unsafe) let (gate, up, out) = (gate, up, out)
    pieces(of: count) { start, length in
      math.gelu_multiply(gate + start, up + start, out + start, length)
    }
  }

  /// a + b; `out` may be either.
  public func add(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    let start = StepClock.now
    defer { clock.add(.residual, since: start) }
    let math = math
    nonisolated(unsafe) let (a, b, out) = (a, b, out)
    pieces(of: count) { start, length in math.add(a + start, b + start, out + start, length) }
  }
}

extension Plain {
  public static func exp(_ x: Float) -> Float {
    var v = x < -104 ? -104 : x
    v = v > 89 ? 89 : v
    let magic: Float = 12_582_912
    let shifted = magic.addingProduct(v, 0x1.715476p+0)
    let n = shifted - magic
    var r = v.addingProduct(n, -0x1.62e400p-1)
    r = r.addingProduct(n, -0x1.7f7d1cp-20)
    var p: Float = 1.9875691500e-4
    for coefficient: Float in [
      1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
    ] {
      p = coefficient.addingProduct(p, r)
    }
    p = r.addingProduct(r * r, p) + 1
    let exponent = Int32(bitPattern: shifted.bitPattern) &- Int32(bitPattern: magic.bitPattern)
    let half = exponent >> 1
    func power(_ n: Int32) -> Float { Float(bitPattern: UInt32(bitPattern: (n &+ 127) << 23)) }
    return p * power(half) * power(exponent &- half)
  }

  public static func siluMultiply(gate: Float, up: Float) -> Float {
    gate / (exp(-gate) + 1) * up
  }

  public static func geluMultiply(gate: Float, up: Float) -> Float {
    let cube = gate * gate * gate
    let twice = gate.addingProduct(cube, 0.044715) * 1.5957691216
    return gate / (exp(-twice) + 1) * up
  }
}
