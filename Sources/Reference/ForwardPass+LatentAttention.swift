import Architectures
import Containers
import Tensors

extension ForwardPass {
  /// Scores are products of the latent vectors and of queries that were brought to them, so that the
  /// cache is one narrow head. Every step is that of one token, or the attention that says of itself
  /// that it does not depend on how tokens come.
  func attend(
    _ attention: Op.LatentAttention, _ block: Int, _ x: UnsafePointer<Float>,
    into out: UnsafeMutablePointer<Float>
  ) throws(FormatError) {
    let layout = LatentLayout(parameters)
    let queries = work.base
    let turned = queries + tokens * layout.heads * layout.query
    let key = turned + tokens * layout.heads * layout.turned
    let latent = key + tokens * layout.key
    try makeQueries(attention, block, x, by: latent, into: queries)
    try makeKey(attention, block, x, key, latent, layout)
    cache.layout.store(
      keys: key, values: latent, tokens: tokens, at: position, keyMemory: cache.keys(block),
      valueMemory: cache.values(block))
    try turn(queries, by: attention.keyUp, block, into: turned, layout)
    // Queries are of no more use: their place takes what attention mixes, and theirs the values.
    let (mixed, values) = (queries, turned)
    numerics.attend(
      queries: turned, tokens: tokens, at: position, heads: layout.heads,
      scale: parameters.attentionScale, layout: cache.layout, keyMemory: cache.keys(block),
      valueMemory: cache.values(block), into: mixed)
    for head in 0..<layout.heads {
      numerics.multiply(
        mixed + head * layout.rank, tokens: tokens,
        by: try reference.matrix(attention.valueUp, block: block, expert: head),
        into: values + head * layout.value, xStride: layout.heads * layout.rank,
        outStride: layout.heads * layout.value)
    }
    try project(attention.output, block, values, rows: tokens, into: out)
  }

  private func makeQueries(
    _ attention: Op.LatentAttention, _ block: Int, _ x: UnsafePointer<Float>,
    by latent: UnsafeMutablePointer<Float>, into queries: UnsafeMutablePointer<Float>
  ) throws(FormatError) {
    if parameters.hasQueryLatent {
      try project(attention.queryDown, block, x, rows: tokens, into: latent)
      try normalize(attention.queryNorm, attention.epsilon, block, latent)
      try project(attention.queryUp, block, latent, rows: tokens, into: queries)
    } else {
      try project(attention.query, block, x, rows: tokens, into: queries)
    }
    rotate(queries + parameters.plainLengthMLA, parameters.headCount, parameters.keyLengthMLA)
  }

  /// The normalized latent vector, alone and with the rotated part behind it.
  private func makeKey(
    _ attention: Op.LatentAttention, _ block: Int, _ x: UnsafePointer<Float>,
    _ key: UnsafeMutablePointer<Float>, _ latent: UnsafeMutablePointer<Float>,
    _ layout: LatentLayout
  ) throws(FormatError) {
    try project(attention.down, block, x, rows: tokens, into: key)
    for token in 0..<tokens {
      (latent + token * layout.rank).update(from: key + token * layout.key, count: layout.rank)
    }
    try normalize(attention.norm, attention.epsilon, block, latent)
    for token in 0..<tokens {
      (key + token * layout.key).update(from: latent + token * layout.rank, count: layout.rank)
    }
    rotate(key + layout.rank, 1, layout.key)
  }

  /// Each head's query for the latent vector, and its rotated part as it is.
  private func turn(
    _ queries: UnsafePointer<Float>, by role: TensorRole, _ block: Int,
    into turned: UnsafeMutablePointer<Float>, _ layout: LatentLayout
  ) throws(FormatError) {
    let (made, plain) = (parameters.keyLengthMLA, parameters.plainLengthMLA)
    for head in 0..<layout.heads {
      numerics.multiply(
        queries + head * made, tokens: tokens,
        by: try reference.matrix(role, block: block, expert: head),
        into: turned + head * layout.key, xStride: layout.heads * made,
        outStride: layout.heads * layout.key)
    }
    for row in 0..<tokens * layout.heads {
      (turned + row * layout.key + layout.rank)
        .update(from: queries + row * made + plain, count: made - plain)
    }
  }

  /// In place, the first elements of heads that are `size` floats apart.
  private func rotate(_ x: UnsafeMutablePointer<Float>, _ heads: Int, _ size: Int) {
    numerics.rotate(
      x, heads: heads, headSize: size, by: rotary.table(sliding: false),
      layout: architecture.rope(.huggingFace))
  }

  private func normalize(
    _ role: TensorRole, _ epsilon: Double, _ block: Int, _ x: UnsafeMutablePointer<Float>
  ) throws(FormatError) {
    try reference.vector(role, block: block).withUnsafeBufferPointer { weight in
      guard let base = weight.baseAddress else { return }
      numerics.rmsNorm(
        x, rows: tokens, length: weight.count, weight: base, epsilon: epsilon, into: x)
    }
  }
}

/// The intermediate results of latent attention, in floats for one token.
struct LatentLayout {
  let heads: Int
  /// The latent vector, with the rotated part behind it, and a head's value that is made of it.
  let rank: Int
  let key: Int
  let value: Int
  /// For each head: a query, then what attention mixes for it; the query for the latent vector, then
  /// the value.
  let query: Int
  let turned: Int
  let floats: Int

  init(_ parameters: HyperParameters) {
    heads = parameters.headCount
    rank = parameters.valueLength
    key = parameters.keyLength
    value = parameters.valueLengthMLA
    query = max(parameters.keyLengthMLA, rank)
    turned = max(key, value)
    floats = heads * (query + turned) + key + max(rank, parameters.qLoraRank)
  }
}
