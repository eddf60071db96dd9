import CKernels
import Foundation
import Tensors

extension Numerics {
  /// β = sigmoid(beta), how much of a token is written; decay = exp(rate · softplus(alpha + bias)),
  /// how much of the past stays. Both are [tokens][valueHeads].
  func deltaGates(
    _ inputs: DeltaInputs, tokens: Int, weights: DeltaWeights, beta: UnsafeMutablePointer<Float>,
    decay: UnsafeMutablePointer<Float>
  ) {
    let heads = weights.rate.count
    nonisolated(unsafe) let (inputs, beta, decay) = (inputs, beta, decay)
    workers.run(count: tokens) { token, _ in
      for head in 0..<heads {
        let i = token * heads + head
        beta[i] = Plain.sigmoid(inputs.beta[i])
        decay[i] = Plain.decay(
          inputs.alpha[i], bias: weights.timeBias[head], rate: weights.rate[head])
      }
    }
  }

  /// x · rsqrt(Σx² + 1e-6) · factor, in place, for each head of each row. The sum is in double and
  /// the scale is rounded once. transformers has this ε in its code, whatever the model's.
  func l2Norm(
    _ x: UnsafeMutablePointer<Float>, tokens: Int, heads: Int, headSize: Int, stride: Int,
    factor: Float
  ) {
    let math = math
    let factors = [Float](repeating: factor, count: headSize)
    nonisolated(unsafe) let x = x
    workers.run(count: tokens) { token, _ in
      for head in 0..<heads {
        let row = x + token * stride + head * headSize
        let scale = Float(1 / (math.sum_of_squares(row, headSize) + 1e-6).squareRoot())
        math.scale_by(row, scale, factors, row, headSize)
      }
    }
  }

  /// RMS norm with weight, then times silu(gate), in place: [rows][length], as is the gate.
  func gatedNorm(
    _ x: UnsafeMutablePointer<Float>, gate: UnsafePointer<Float>, rows: Int, length: Int,
    weights: DeltaWeights
  ) {
    weights.norm.withUnsafeBufferPointer {
      guard let weight = $0.baseAddress else { return }
      rmsNorm(x, rows: rows, length: length, weight: weight, epsilon: weights.epsilon, into: x)
    }
    siluMultiply(gate: gate, up: x, count: rows * length, into: x)
  }

  /// x · sigmoid(gate), element by element; `out` may be either.
  public func sigmoidMultiply(
    _ x: UnsafePointer<Float>, gate: UnsafePointer<Float>, count: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    let math = math
    nonisolated(unsafe) let (x, gate, out) = (x, gate, out)
    pieces(of: count) { start, length in
      math.sigmoid_multiply(x + start, gate + start, out + start, length)
    }
  }
}

extension Plain {
  /// 1 / (1 + e^-x).
  public static func sigmoid(_ x: Float) -> Float { 1 / (exp(-x) + 1) }

  /// `Numerics.sigmoidMultiply`: one division, not a product with the rounded sigmoid.
  public static func sigmoidMultiply(_ x: Float, gate: Float) -> Float { x / (exp(-gate) + 1) }

  /// log(1 + e^x), in double and rounded once. Beyond 20 it is x to float32's last bit.
  public static func softplus(_ x: Float) -> Float {
    x > 20 ? x : Float(log1p(Foundation.exp(Double(x))))
  }

  public static func decay(_ alpha: Float, bias: Float, rate: Float) -> Float {
    exp(rate * softplus(alpha + bias))
  }

  public static func l2Norm(_ x: [Float], factor: Float) -> [Float] {
    let sum = laneSum(x.map { Double($0) * Double($0) })
    let scale = Float(1 / (sum + 1e-6).squareRoot())
    return x.map { $0 * scale * factor }
  }

  public static func gatedNorm(_ x: [Float], gate: [Float], weight: [Float], epsilon: Double)
    -> [Float]
  {
    zip(gate, rmsNorm(x, weight: weight, epsilon: epsilon)).map { siluMultiply(gate: $0, up: $1) }
  }
}
