import Architectures
import Containers
import Tensors

/// One run of a model over a sequence: the residual stream, the cache, and room for the steps.
///
/// Interprets the family's op tree. A caller drives it block by block, so that two models can run
/// in lockstep and be compared between any two blocks.
public final class ForwardPass {
  public let reference: ReferenceModel
  public let plan: MemoryPlan
  /// Positions that are in the cache.
  public private(set) var position = 0
  /// Tokens of the current call.
  public private(set) var tokens = 0

  /// Where the time went.
  public var clock: StepClock { numerics.clock }

  private let numerics: Numerics
  private let cache: KVCache
  private let stream: FloatBuffer
  private let branches: [FloatBuffer]
  private let work: FloatBuffer
  private var rotary: RotaryTable

  private var parameters: HyperParameters { reference.model.parameters }
  private var architecture: Architecture { reference.model.architecture }

  /// `tokens` is the most that one call computes, `context` the most that all calls together do.
  public init(
    _ reference: ReferenceModel, tokens: Int, context: Int, workers: Workers,
    activations: Activations = .float32, kernels: Kernels = .active
  ) {
    self.reference = reference
    let model = reference.model
    plan = MemoryPlan(model.architecture, model.parameters, tokens: tokens, context: context)
    numerics = Numerics(kernels: kernels, workers: workers, activations: activations)
    cache = KVCache(model.parameters, context: context)
    let width = model.parameters.embeddingLength
    stream = FloatBuffer(count: tokens * width)
    let depth = MemoryPlan.depth(model.architecture.block + model.architecture.head)
    branches = (0..<2 * depth).map { _ in FloatBuffer(count: tokens * width) }
    work = FloatBuffer(count: tokens * MemoryPlan.work(model.architecture, model.parameters))
    rotary = RotaryTable(inverseFrequencies: [], positions: 0..<0)
  }

  /// Forgets the sequence; the next call starts at position 0.
  public func reset() { position = 0 }

  /// The residual stream after what has run so far: [tokens][embedding].
  public var hidden: UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: stream.base, count: tokens * parameters.embeddingLength)
  }

  /// Begins a call: looks up the embeddings of `ids`, which follow the cached positions.
  /// Throws where an id is not in the vocabulary, or there are too many.
  public func begin(_ ids: some Collection<Int>) throws(FormatError) {
    guard ids.count <= plan.tokens, position + ids.count <= plan.context else {
      throw FormatError(
        .damaged, "more tokens than there is room for", file: reference.model.checkpoint.path,
        expected: "at most \(plan.tokens) in one call and \(plan.context) in all",
        found: "\(ids.count) after \(position)", remedy: "Give a shorter text or a longer context.")
    }
    let embedding = try reference.matrix(.tokenEmbd, block: nil)
    for (row, id) in ids.enumerated() {
      guard id >= 0, id < embedding.outputs else {
        throw FormatError(
          .damaged, "a token is not in the vocabulary", file: reference.model.checkpoint.path,
          subject: "token \(row)", expected: "an id below \(embedding.outputs)", found: "\(id)",
          remedy: "The tokens were made with another model's tokenizer.")
      }
      embedding.decode(row: id, into: stream.base + row * parameters.embeddingLength)
    }
    tokens = ids.count
    rotary = RotaryTable(
      inverseFrequencies: reference.inverseFrequencies, positions: position..<position + tokens)
  }

  /// Runs block `index` over the stream.
  public func run(block index: Int) throws(FormatError) {
    for op in architecture.block { try apply(op, block: index) }
  }

  /// Ends the call: the tokens are part of the sequence.
  public func end() { position += tokens }

  /// All blocks for `ids`.
  public func run(_ ids: some Collection<Int>) throws(FormatError) {
    try begin(ids)
    for block in 0..<parameters.blockCount { try run(block: block) }
    end()
  }

  /// Logits of some of the current call's tokens, [rows.count][vocabulary].
  public func logits(of rows: Range<Int>, into out: UnsafeMutableBufferPointer<Float>)
    throws(FormatError)
  {
    guard rows.lowerBound >= 0, rows.upperBound <= tokens, let target = out.baseAddress,
      out.count == rows.count * parameters.vocabularySize
    else { throw FormatError(.damaged, "logits of tokens that were not computed") }
    var current = UnsafePointer(stream.base + rows.lowerBound * parameters.embeddingLength)
    for op in architecture.head {
      switch op {
      case .rmsNorm(let role):
        try norm(role, nil, current, rows.count, into: branches[0].base)
        current = UnsafePointer(branches[0].base)
      case .logits(let role):
        numerics.multiply(
          current, tokens: rows.count, by: try reference.matrix(role, block: nil), into: target)
      case .residual, .attention, .gatedFeedForward:
        throw FormatError(.unknown, "the head of a family holds a step that belongs in a block")
      }
    }
  }

  /// A step at the top of a block changes the stream itself.
  private func apply(_ op: Op, block: Int) throws(FormatError) {
    let count = tokens * parameters.embeddingLength
    switch op {
    case .residual(let steps):
      let branch = try run(steps, from: UnsafePointer(stream.base), depth: 0, block: block)
      numerics.add(UnsafePointer(stream.base), branch, count: count, into: stream.base)
    case .rmsNorm, .attention, .gatedFeedForward, .logits:
      let result = try run([op], from: UnsafePointer(stream.base), depth: 0, block: block)
      stream.base.update(from: result, count: count)
    }
  }

  /// The result of `steps`, one after another; `input` stays as it is.
  private func run(
    _ steps: [Op], from input: UnsafePointer<Float>, depth: Int, block: Int
  ) throws(FormatError) -> UnsafePointer<Float> {
    var current = input
    for (index, step) in steps.enumerated() {
      let target = branches[2 * depth + index % 2].base
      switch step {
      case .residual(let inner):
        let branch = try run(inner, from: current, depth: depth + 1, block: block)
        numerics.add(
          current, branch, count: tokens * parameters.embeddingLength, into: target)
      case .rmsNorm(let role): try norm(role, block, current, tokens, into: target)
      case .attention(let attention): try attend(attention, block, current, into: target)
      case .gatedFeedForward(let network): try feedForward(network, block, current, into: target)
      case .logits: throw FormatError(.unknown, "a block of a family computes logits")
      }
      current = UnsafePointer(target)
    }
    return current
  }

  private func norm(
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

  /// x · weightᵀ + bias, where the file has one.
  private func project(
    _ role: TensorRole, _ block: Int, _ x: UnsafePointer<Float>,
    into out: UnsafeMutablePointer<Float>
  ) throws(FormatError) {
    let weights = try reference.matrix(role, block: block)
    guard let bias = reference.bias(role, block: block) else {
      return numerics.multiply(x, tokens: tokens, by: weights, into: out)
    }
    bias.withUnsafeBufferPointer {
      numerics.multiply(x, tokens: tokens, by: weights, bias: $0.baseAddress, into: out)
    }
  }

  private func attend(
    _ attention: Op.Attention, _ block: Int, _ x: UnsafePointer<Float>,
    into out: UnsafeMutablePointer<Float>
  ) throws(FormatError) {
    let (heads, headsKV, size) = (
      parameters.headCount, parameters.headCountKV, parameters.keyLength
    )
    let queries = work.base
    let keys = queries + tokens * heads * size
    let values = keys + tokens * headsKV * size
    let mixed = values + tokens * headsKV * size
    try project(attention.query, block, x, into: queries)
    try project(attention.key, block, x, into: keys)
    try project(attention.value, block, x, into: values)
    try headNorm(attention.queryNorm, block, queries, rows: tokens * heads)
    try headNorm(attention.keyNorm, block, keys, rows: tokens * headsKV)
    let layout = architecture.rope(.huggingFace)
    numerics.rotate(queries, heads: heads, headSize: size, by: rotary, layout: layout)
    numerics.rotate(keys, heads: headsKV, headSize: size, by: rotary, layout: layout)
    cache.layout.store(
      keys: keys, values: values, tokens: tokens, at: position, keyMemory: cache.keys(block),
      valueMemory: cache.values(block))
    numerics.attend(
      queries: queries, tokens: tokens, at: position, heads: heads,
      scale: Float(1 / Double(size).squareRoot()), layout: cache.layout,
      keyMemory: cache.keys(block), valueMemory: cache.values(block), into: mixed)
    try project(attention.output, block, mixed, into: out)
  }

  private func headNorm(
    _ role: TensorRole?, _ block: Int, _ x: UnsafeMutablePointer<Float>, rows: Int
  ) throws(FormatError) {
    guard let role else { return }
    try reference.vector(role, block: block).withUnsafeBufferPointer { weight in
      guard let weight = weight.baseAddress else { return }
      numerics.rmsNorm(
        x, rows: rows, length: parameters.keyLength, weight: weight,
        epsilon: Double(parameters.rmsEpsilon), into: x)
    }
  }

  private func feedForward(
    _ network: Op.GatedFeedForward, _ block: Int, _ x: UnsafePointer<Float>,
    into out: UnsafeMutablePointer<Float>
  ) throws(FormatError) {
    let count = tokens * parameters.feedForwardLength
    let (gate, up) = (work.base, work.base + count)
    try project(network.gate, block, x, into: gate)
    try project(network.up, block, x, into: up)
    switch network.activation {
    case .silu: numerics.siluMultiply(gate: gate, up: up, count: count, into: gate)
    }
    try project(network.down, block, gate, into: out)
  }
}
