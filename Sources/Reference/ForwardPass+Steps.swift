import Architectures
import Containers
import Tensors

extension ForwardPass {
  /// Steps at the top change the stream itself.
  func apply(_ steps: [Op], block: Int?) throws(FormatError) {
    let count = tokens * parameters.embeddingLength
    for op in steps {
      switch op {
      case .residual(let inner):
        let branch = try run(inner, from: UnsafePointer(stream.base), depth: 0, block: block)
        numerics.add(UnsafePointer(stream.base), branch, count: count, into: stream.base)
      case .layers(let layers, let inner, let others):
        try apply(isIn(layers, block) ? inner : others, block: block)
      case .parallel, .rmsNorm, .layerNorm, .attention, .latentAttention, .gatedDeltaNet,
        .gatedFeedForward, .plainFeedForward, .mixtureOfExperts, .learnedPositions, .scale, .divide,
        .softCap, .logits:
        let result = try run([op], from: UnsafePointer(stream.base), depth: 0, block: block)
        stream.base.update(from: result, count: count)
      }
    }
  }

  private func isIn(_ layers: Layers, _ block: Int?) -> Bool {
    block.map { layers.contains($0, parameters) } ?? false
  }

  /// The result of `steps`, one after another; `input` stays as it is.
  private func run(
    _ steps: [Op], from input: UnsafePointer<Float>, depth: Int, block: Int?
  ) throws(FormatError) -> UnsafePointer<Float> {
    let count = tokens * parameters.embeddingLength
    var current = input
    for (index, step) in flat(steps, block).enumerated() {
      let target = branches[2 * depth + index % 2].base
      switch step {
      case .residual(let inner):
        let branch = try run(inner, from: current, depth: depth + 1, block: block)
        numerics.add(current, branch, count: count, into: target)
      case .parallel(let inner):
        for (index, steps) in inner.enumerated() {
          let branch = try run(steps, from: current, depth: depth + 1, block: block)
          if index == 0 {
            target.update(from: branch, count: count)
          } else {
            numerics.add(UnsafePointer(target), branch, count: count, into: target)
          }
        }
      case .rmsNorm(let role): try norm(role, block, current, tokens, into: target)
      case .layerNorm(let role): try layerNorm(role, block, current, tokens, into: target)
      case .attention(let attention): try attend(attention, block ?? 0, current, into: target)
      case .latentAttention(let attention): try attend(attention, block ?? 0, current, into: target)
      case .gatedFeedForward(let network):
        try feedForward(network, block, current, work: work.base, into: target)
      case .plainFeedForward(let network): try feedForward(network, block, current, into: target)
      case .mixtureOfExperts(let mixture): try mix(mixture, block ?? 0, current, into: target)
      case .gatedDeltaNet: try deltaNet(block ?? 0, current, into: target)
      case .learnedPositions(let role): try addPositions(role, current, into: target)
      case .scale, .divide, .softCap: elementwise(step, current, count: count, into: target)
      case .layers, .logits:
        throw FormatError(.unknown, "a block of a family computes logits")
      }
      current = UnsafePointer(target)
    }
    return current
  }

  /// The steps of this block, with every choice between layers made.
  private func flat(_ steps: [Op], _ block: Int?) -> [Op] {
    steps.flatMap { step in
      guard case .layers(let layers, let inner, let others) = step else { return [step] }
      return flat(isIn(layers, block) ? inner : others, block)
    }
  }

  func elementwise(
    _ op: Op, _ x: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>
  ) {
    if UnsafePointer(out) != x { out.update(from: x, count: count) }
    switch op {
    case .scale(let field):
      let scale = parameters[keyPath: field]
      if scale != 0 { numerics.scale(out, by: scale, count: count, into: out) }
    case .divide(let field):
      let divisor = parameters[keyPath: field]
      if divisor != 0 { numerics.divide(out, by: divisor, count: count, into: out) }
    case .softCap(let field):
      let cap = parameters[keyPath: field]
      if cap != 0 { numerics.softCap(out, count: count, cap: cap) }
    default: break
    }
  }

  func norm(
    _ role: TensorRole, _ block: Int?, _ x: UnsafePointer<Float>, _ rows: Int,
    into out: UnsafeMutablePointer<Float>
  ) throws(FormatError) {
    try reference.vector(role, block: block).withUnsafeBufferPointer { weight in
      guard let weight = weight.baseAddress else { return }
      numerics.rmsNorm(
        x, rows: rows, length: parameters.embeddingLength, weight: weight,
        epsilon: Double(parameters.rmsEpsilon), into: out)
    }
  }

  func layerNorm(
    _ role: TensorRole, _ block: Int?, _ x: UnsafePointer<Float>, _ rows: Int,
    into out: UnsafeMutablePointer<Float>
  ) throws(FormatError) {
    let bias = reference.bias(role, block: block)
    try reference.vector(role, block: block).withUnsafeBufferPointer { weight in
      guard let weight = weight.baseAddress else { return }
      func normalize(_ bias: UnsafePointer<Float>?) {
        numerics.layerNorm(
          x, rows: rows, length: parameters.embeddingLength, weight: weight, bias: bias,
          epsilon: Double(parameters.layerNormEpsilon), into: out)
      }
      guard let bias else { return normalize(nil) }
      bias.withUnsafeBufferPointer { normalize($0.baseAddress) }
    }
  }

  /// x · weightᵀ + bias, where the file has one.
  func project(
    _ role: TensorRole, _ block: Int?, _ x: UnsafePointer<Float>, rows: Int, expert: Int = 0,
    into out: UnsafeMutablePointer<Float>
  ) throws(FormatError) {
    let weights = try reference.matrix(role, block: block, expert: expert)
    guard let bias = reference.bias(role, block: block) else {
      return numerics.multiply(x, tokens: rows, by: weights, into: out)
    }
    bias.withUnsafeBufferPointer {
      // The biases of experts follow each other.
      let start = expert * weights.outputs
      guard let base = $0.baseAddress, $0.count >= start + weights.outputs else { return }
      numerics.multiply(x, tokens: rows, by: weights, bias: base + start, into: out)
    }
  }

  private func addPositions(
    _ role: TensorRole, _ x: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>
  ) throws(FormatError) {
    let table = try reference.matrix(role, block: nil)
    let width = parameters.embeddingLength
    guard position + tokens <= table.outputs else {
      throw FormatError(
        .damaged, "more tokens than the model has positions", file: reference.model.checkpoint.path,
        expected: "at most \(table.outputs)", found: "\(position + tokens)",
        remedy: "Give a shorter text.")
    }
    for token in 0..<tokens { table.decode(row: position + token, into: out + token * width) }
    numerics.add(x, UnsafePointer(out), count: tokens * width, into: out)
  }
}
