import CKernels
import Tensors

/// The small tensors of one gated delta net, ready to compute.
public struct DeltaWeights: Sendable {
  /// The convolution, [taps][channels]: files have it the other way round.
  let taps: [Float]
  /// What softplus is multiplied by, negative: −exp(A_log), which GGUF stores. [valueHeads].
  let rate: [Float]
  let timeBias: [Float]
  /// Weight of the RMS norm over each head's output, [valueSize].
  let norm: [Float]
  let epsilon: Double

  /// `convolution` is [channels][taps] as in a file, `epsilon` the norm's.
  /// Nil where a tensor does not have the layout's size.
  public init?(
    _ layout: DeltaLayout, convolution: [Float], rate: [Float], timeBias: [Float], norm: [Float],
    epsilon: Double
  ) {
    guard convolution.count == layout.channels * layout.taps, rate.count == layout.valueHeads,
      timeBias.count == layout.valueHeads, norm.count == layout.valueSize
    else { return nil }
    taps = (0..<layout.taps).flatMap { tap in
      (0..<layout.channels).map { convolution[$0 * layout.taps + tap] }
    }
    self.rate = rate
    self.timeBias = timeBias
    self.norm = norm
    self.epsilon = epsilon
  }
}

/// What the matrices made of a call's tokens: rows, one token after another without gaps.
public struct DeltaInputs {
  /// Queries, keys and values before the convolution, [tokens][channels].
  let mixed: UnsafePointer<Float>
  /// The output's gate z, [tokens][valueHeads · valueSize].
  let gate: UnsafePointer<Float>
  /// What β and the decay are made of, each [tokens][valueHeads].
  let beta: UnsafePointer<Float>
  let alpha: UnsafePointer<Float>

  public init(
    mixed: UnsafePointer<Float>, gate: UnsafePointer<Float>, beta: UnsafePointer<Float>,
    alpha: UnsafePointer<Float>
  ) {
    self.mixed = mixed
    self.gate = gate
    self.beta = beta
    self.alpha = alpha
  }
}

extension Numerics {
  /// The gated delta net between its projections: convolution, normalized queries and keys, the
  /// delta rule, and the gated norm. `state` is that of the tokens before, and then of these too.
  ///
  /// transformers computes long inputs in chunks; the recurrence, which this is, equals that up to
  /// rounding, and has the same bits however a sequence is cut into calls.
  ///
  /// - Parameters:
  ///   - work: `state.layout.work` floats for each token.
  ///   - out: [tokens][valueHeads · valueSize].
  public func deltaNet(
    _ inputs: DeltaInputs, tokens: Int, weights: DeltaWeights, state: DeltaState,
    work: UnsafeMutablePointer<Float>, into out: UnsafeMutablePointer<Float>
  ) {
    let layout = state.layout
    let mixed = work
    let beta = mixed + tokens * layout.channels
    let decay = beta + tokens * layout.valueHeads
    convolve(inputs.mixed, tokens: tokens, weights: weights, state: state, into: mixed)
    let scale = Float(1 / Double(layout.keySize).squareRoot())
    for (start, factor) in [(0, scale), (layout.keyWidth, 1)] {
      l2Norm(
        mixed + start, tokens: tokens, heads: layout.keyHeads, headSize: layout.keySize,
        stride: layout.channels, factor: factor)
    }
    deltaGates(inputs, tokens: tokens, weights: weights, beta: beta, decay: decay)
    deltaRule(mixed, tokens: tokens, beta: beta, decay: decay, state: state, into: out)
    gatedNorm(
      out, gate: inputs.gate, rows: tokens * layout.valueHeads, length: layout.valueSize,
      weights: weights)
  }

  /// The recurrence alone. `mixed` are normalized queries and keys, and values, [tokens][channels];
  /// the gates are [tokens][valueHeads].
  func deltaRule(
    _ mixed: UnsafePointer<Float>, tokens: Int, beta: UnsafePointer<Float>,
    decay: UnsafePointer<Float>, state: DeltaState, into out: UnsafeMutablePointer<Float>
  ) {
    let (math, layout) = (math, state.layout)
    nonisolated(unsafe) let (mixed, beta, decay, state, out) = (mixed, beta, decay, state, out)
    workers.run(count: layout.valueHeads) { head, _ in
      let query = mixed + layout.keyHead(of: head) * layout.keySize
      var job = assay_delta(
        state: state.matrix(of: head), state_stride: layout.valueStride, keys: layout.keySize,
        values: layout.valueSize, tokens: tokens, key: query + layout.keyWidth, query: query,
        key_stride: layout.channels, value: mixed + 2 * layout.keyWidth + head * layout.valueSize,
        value_stride: layout.channels, decay: decay + head, beta: beta + head,
        gate_stride: layout.valueHeads, out: out + head * layout.valueSize,
        out_stride: layout.valueWidth)
      math.delta_rule(&job)
    }
  }
}

extension Plain {
  /// One token of one head. `state` is [key][value]; what it holds decays, then the part of `value`
  /// that it does not yet predict from `key` is written to it, then `query` reads it.
  public static func deltaRule(
    state: inout [[Float]], query: [Float], key: [Float], value: [Float], decay: Float, beta: Float
  ) -> [Float] {
    var predicted = [Float](repeating: 0, count: value.count)
    for (i, k) in key.enumerated() {
      for v in value.indices {
        state[i][v] *= decay
        predicted[v] = predicted[v].addingProduct(state[i][v], k)
      }
    }
    let delta = zip(value, predicted).map { ($0 - $1) * beta }
    var out = [Float](repeating: 0, count: value.count)
    for (i, k) in key.enumerated() {
      for v in value.indices {
        state[i][v] = state[i][v].addingProduct(k, delta[v])
        out[v] = out[v].addingProduct(state[i][v], query[i])
      }
    }
    return out
  }
}
