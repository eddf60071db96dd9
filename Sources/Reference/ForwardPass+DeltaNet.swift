import Architectures
import Containers
import Tensors

extension ForwardPass {
  /// A gated delta net with its projections.
  func deltaNet(_ block: Int, _ x: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>)
    throws(FormatError)
  {
    guard let state = cache.state(block) else {
      throw FormatError(.unknown, "a layer that keeps no state has a delta net")
    }
    let layout = state.layout
    let mixed = work.base + tokens * layout.work
    let gate = mixed + tokens * layout.channels
    let result = gate + tokens * layout.valueWidth
    let beta = result + tokens * layout.valueWidth
    let alpha = beta + tokens * layout.valueHeads
    // Queries, keys and values of one token stand beside each other.
    var start = 0
    for role in [TensorRole.attnQ, .attnK, .attnV] {
      let weights = try reference.matrix(role, block: block)
      numerics.multiply(
        x, tokens: tokens, by: weights, into: mixed + start, outStride: layout.channels)
      start += weights.outputs
    }
    try project(.attnGate, block, x, rows: tokens, into: gate)
    try project(.ssmBeta, block, x, rows: tokens, into: beta)
    try project(.ssmAlpha, block, x, rows: tokens, into: alpha)
    numerics.deltaNet(
      DeltaInputs(mixed: mixed, gate: gate, beta: beta, alpha: alpha), tokens: tokens,
      weights: try reference.delta(block: block), state: state, work: work.base, into: result)
    try project(.ssmOut, block, result, rows: tokens, into: out)
  }
}

extension DeltaLayout {
  /// Nil where the model has no delta nets.
  init?(_ parameters: HyperParameters) {
    self.init(
      keyHeads: parameters.ssmGroupCount, valueHeads: parameters.ssmTimeStepRank,
      keySize: parameters.ssmStateSize, valueSize: parameters.ssmValueSize,
      taps: parameters.ssmConvKernel)
  }

  /// Floats that one token's pass through the net and its projections needs.
  var floats: Int { work + channels + 2 * valueWidth + 2 * valueHeads }
}
