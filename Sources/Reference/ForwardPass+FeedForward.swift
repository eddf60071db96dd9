import Architectures
import Containers
import Tensors

extension ForwardPass {
  /// `work` has room for two rows of the network's width for each token.
  func feedForward(
    _ network: Op.GatedFeedForward, _ block: Int?, _ x: UnsafePointer<Float>,
    work: UnsafeMutablePointer<Float>, into out: UnsafeMutablePointer<Float>
  ) throws(FormatError) {
    let count = tokens * network.width.resolved(parameters)
    let (gate, up) = (work, work + count)
    try project(network.gate, block, x, rows: tokens, into: gate)
    try project(network.up, block, x, rows: tokens, into: up)
    numerics.activate(network.activation, gate: gate, up: up, count: count, into: gate)
    try project(network.down, block, gate, rows: tokens, into: out)
  }

  func feedForward(
    _ network: Op.PlainFeedForward, _ block: Int?, _ x: UnsafePointer<Float>,
    into out: UnsafeMutablePointer<Float>
  ) throws(FormatError) {
    try project(network.up, block, x, rows: tokens, into: work.base)
    numerics.activate(
      network.activation, work.base, count: tokens * parameters.feedForwardLength)
    try project(network.down, block, work.base, rows: tokens, into: out)
  }

  /// Each expert multiplies all of its tokens at once; results add up in the order of experts, so
  /// a token's result does not depend on what others chose.
  func mix(
    _ mixture: Op.Mixture, _ block: Int, _ x: UnsafePointer<Float>,
    into out: UnsafeMutablePointer<Float>
  ) throws(FormatError) {
    let width = parameters.embeddingLength
    let layout = MixtureLayout(mixture, parameters)
    let weights = work.base
    let gathered = weights + tokens * layout.scores
    let wide = gathered + tokens * layout.gathered
    let result = wide + tokens * 2 * layout.width
    try project(mixture.router, block, x, rows: tokens, into: weights)
    let correction = try mixture.correction.map { role throws(FormatError) in
      try reference.vector(
        role, reference.bias(role, block: block) == nil ? .weight : .bias, block: block)
    }
    Routing(mixture, parameters, correction: correction)
      .run(weights, tokens: tokens, workers: numerics.workers, math: numerics.math)

    out.update(repeating: 0, count: tokens * width)
    for expert in 0..<parameters.expertCount {
      let chosen = (0..<tokens).filter { weights[$0 * layout.scores + expert] != -1 }
      if chosen.isEmpty { continue }
      for (row, token) in chosen.enumerated() {
        (gathered + row * width).update(from: x + token * width, count: width)
      }
      let count = chosen.count * parameters.expertFeedForwardLength
      let (gate, up) = (wide, wide + count)
      try project(mixture.gate, block, gathered, rows: chosen.count, expert: expert, into: gate)
      try project(mixture.up, block, gathered, rows: chosen.count, expert: expert, into: up)
      numerics.activate(mixture.activation, gate: gate, up: up, count: count, into: gate)
      try project(mixture.down, block, gate, rows: chosen.count, expert: expert, into: result)
      for (row, token) in chosen.enumerated() {
        numerics.math.add_scaled(
          result + row * width, weights[token * layout.scores + expert], out + token * width, width)
      }
    }
    guard let shared = mixture.shared else { return }
    try feedForward(shared, block, x, work: wide, into: result)
    if let role = mixture.sharedGate { try gate(result, by: role, block, x) }
    numerics.add(UnsafePointer(out), result, count: tokens * width, into: out)
  }

  /// Rows of `values` times the sigmoid of a vector's product with x.
  private func gate(
    _ values: UnsafeMutablePointer<Float>, by role: TensorRole, _ block: Int,
    _ x: UnsafePointer<Float>
  ) throws(FormatError) {
    let width = parameters.embeddingLength
    let vector = try reference.vector(role, block: block)
    for token in 0..<tokens {
      var product: Float = 0
      for i in 0..<min(width, vector.count) {
        product = product.addingProduct(x[token * width + i], vector[i])
      }
      let row = values + token * width
      numerics.math.scale(row, 1 / (Plain.exp(-product) + 1), row, width)
    }
  }
}
