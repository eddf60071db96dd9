import Architectures
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

  /// activation(gate) · up, or what the gated form of the activation says; `out` may be either.
  public func activate(
    _ activation: Op.Activation, gate: UnsafePointer<Float>, up: UnsafePointer<Float>, count: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    let kernel =
      switch activation {
      case .silu: math.silu_multiply
      case .geluTanh: math.gelu_multiply
      case .geluErf: math.gelu_erf_multiply
      case .reluSquared: math.relu_squared_multiply
      case .swigluClamped: math.swiglu_clamped
      }
    guard let kernel else { return }
    nonisolated(unsafe) let (gate, up, out) = (gate, up, out)
    pieces(of: count) { start, length in
      kernel(gate + start, up + start, out + start, length)
    }
  }

  /// activation(x), in place.
  public func activate(_ activation: Op.Activation, _ x: UnsafeMutablePointer<Float>, count: Int) {
    let length = 1 << 12
    if ones.count < length {
      ones = FloatBuffer(count: length)
      ones.base.update(repeating: 1, count: length)
    }
    for start in stride(from: 0, to: count, by: length) {
      activate(
        activation, gate: x + start, up: ones.base, count: min(length, count - start),
        into: x + start)
    }
  }

  /// x · scale; `out` may be `x`.
  public func scale(
    _ x: UnsafePointer<Float>, by scale: Float, count: Int, into out: UnsafeMutablePointer<Float>
  ) {
    let math = math
    nonisolated(unsafe) let (x, out) = (x, out)
    pieces(of: count) { start, length in math.scale(x + start, scale, out + start, length) }
  }

  /// x / divisor; `out` may be `x`.
  public func divide(
    _ x: UnsafePointer<Float>, by divisor: Float, count: Int, into out: UnsafeMutablePointer<Float>
  ) {
    let math = math
    nonisolated(unsafe) let (x, out) = (x, out)
    pieces(of: count) { start, length in math.divide(x + start, divisor, out + start, length) }
  }

  /// cap · tanh(x / cap), in place.
  public func softCap(_ x: UnsafeMutablePointer<Float>, count: Int, cap: Float) {
    let math = math
    nonisolated(unsafe) let x = x
    pieces(of: count) { start, length in math.soft_cap(x + start, length, cap) }
  }

  /// x into -most ... most, in place.
  public func clamp(_ x: UnsafeMutablePointer<Float>, count: Int, most: Float) {
    let math = math
    nonisolated(unsafe) let x = x
    pieces(of: count) { start, length in math.clamp(x + start, length, most) }
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
