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

  let scope: CacheScope
  let numerics: Numerics
  let cache: KVCache
  let stream: FloatBuffer
  let branches: [FloatBuffer]
  let work: FloatBuffer
  var rotary: Rotary
  /// Where the time went.
  public var clock: StepClock { numerics.clock }

  var parameters: HyperParameters { reference.model.parameters }
  var architecture: Architecture { reference.model.architecture }

  /// `tokens` is the most that one call computes, `context` the most that all calls together do.
  ///
  /// `length` matters to models whose rope depends on how long the sequence is: all calls compute
  /// as one forward pass over so many tokens would. Without it each call takes what there is after
  /// it, as transformers does where it decodes with a cache.
  public init(
    _ reference: ReferenceModel, tokens: Int, context: Int, length: Int? = nil,
    keeps scope: CacheScope = .sequence, workers: Workers, activations: Activations = .float32,
    kernels: Kernels = .active
  ) {
    self.scope = scope
    self.reference = reference
    let model = reference.model
    plan = MemoryPlan(
      model.architecture, model.parameters, tokens: tokens, context: context, keeps: scope)
    numerics = Numerics(kernels: kernels, workers: workers, activations: activations)
    cache = KVCache(model.parameters, context: context, keeps: scope)
    let width = model.parameters.embeddingLength
    stream = FloatBuffer(count: tokens * width)
    let depth = MemoryPlan.depth(model.architecture.ops)
    branches = (0..<2 * depth).map { _ in FloatBuffer(count: tokens * width) }
    work = FloatBuffer(count: tokens * MemoryPlan.work(model.architecture, model.parameters))
    rotary = Rotary(model.parameters, length: length)
  }

  /// Forgets the sequence; the next call starts at position 0.
  public func reset() {
    position = 0
    cache.reset()
  }

  /// Forgets what comes after the first `count` positions: false where a recurrent state has taken
  /// it in, and the sequence has to begin anew.
  public func rewind(to count: Int) -> Bool {
    if count < position, !parameters.recurrentLayers.isEmpty { return false }
    position = min(position, max(0, count))
    return true
  }

  /// The length that rope counts with where it depends on one; nil counts what there is.
  public var length: Int? {
    get { rotary.length }
    set { rotary.length = newValue }
  }

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
    guard scope == .sequence || position == 0 else {
      throw FormatError(.damaged, "a sequence is continued whose keys and values were not kept")
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
    rotary.prepare(position..<position + tokens)
    try apply(architecture.embedding, block: nil)
  }

  /// Runs block `index` over the stream.
  public func run(block index: Int) throws(FormatError) {
    try apply(architecture.block, block: index)
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
    var width = parameters.embeddingLength
    for op in architecture.head {
      // Norms write one row of the stream; what follows the projection stays in `out`.
      let place = width == parameters.vocabularySize ? target : branches[0].base
      switch op {
      case .rmsNorm(let role): try norm(role, nil, current, rows.count, into: branches[0].base)
      case .layerNorm(let role):
        try layerNorm(role, nil, current, rows.count, into: branches[0].base)
      case .scale, .divide, .softCap:
        elementwise(op, current, count: rows.count * width, into: place)
      case .logits(let role):
        try project(role, nil, current, rows: rows.count, into: target)
        width = parameters.vocabularySize
      case .residual, .parallel, .layers, .attention, .latentAttention, .gatedDeltaNet,
        .gatedFeedForward, .plainFeedForward, .mixtureOfExperts, .learnedPositions:
        throw FormatError(.unknown, "the head of a family holds a step that belongs in a block")
      }
      current = UnsafePointer(width == parameters.vocabularySize ? target : branches[0].base)
    }
  }
}
