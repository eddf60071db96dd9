import CKernels
import Tensors

extension Numerics {
  /// Causal attention of `tokens` queries that stand at `position` and after: each sees the cached
  /// positions up to its own, or the last `window` of them.
  ///
  /// `queries` and `out` are rows of `heads` heads; query head h reads cache head
  /// h / (heads / layout.heads). Each score is one chain of fmas over the head's elements, each
  /// output one chain over the visible positions in order, and the softmax takes exactly the
  /// visible positions: the same bits whether tokens come one by one or all at once.
  ///
  /// `cap` bounds scores as cap · tanh(score / cap). `sinks` has for each query head a score that
  /// takes part in the softmax, after the others, and has no value.
  public func attend(
    queries: UnsafePointer<Float>, tokens: Int, at position: Int, heads: Int, scale: Float,
    window: Int? = nil, cap: Float? = nil, sinks: UnsafePointer<Float>? = nil, layout: CacheLayout,
    keyMemory: UnsafePointer<Float>, valueMemory: UnsafePointer<Float>,
    into out: UnsafeMutablePointer<Float>, queryRow: Int? = nil, outRow: Int? = nil
  ) {
    guard tokens > 0, layout.heads > 0, heads >= layout.heads else { return }
    let start = StepClock.now
    defer { clock.add(.attention, since: start) }
    precondition(position >= 0 && position + tokens <= layout.capacity)
    let sharing = heads / layout.heads
    nonisolated(unsafe) let (queries, keys, values, out) = (queries, keyMemory, valueMemory, out)
    let job = AttentionJob(
      math: math, queries: queries, queryRow: queryRow ?? heads * layout.keySize,
      position: position, sharing: sharing, scale: scale, window: window, cap: cap, sinks: sinks,
      layout: layout,
      keys: keys, values: values, out: out, outRow: outRow ?? heads * layout.valueSize)
    // Two tiles of rows share each pass over the cache.
    let block = max(1, 24 / sharing)
    let blocks = (tokens + block - 1) / block
    let parts = scratch.parts(of: job.scratch(rows: block * sharing, end: position + tokens))
    workers.run(count: layout.heads * blocks) { item, worker in
      let first = item / layout.heads * block
      job.run(
        head: item % layout.heads, tokens: first..<min(first + block, tokens),
        scratch: parts[worker])
    }
  }
}

private struct AttentionJob: @unchecked Sendable {
  let math: assay_math
  let queries: UnsafePointer<Float>
  let queryRow: Int
  let position: Int
  /// Query heads to one cached head.
  let sharing: Int
  let scale: Float
  let window: Int?
  let cap: Float?
  let sinks: UnsafePointer<Float>?
  let layout: CacheLayout
  let keys: UnsafePointer<Float>
  let values: UnsafePointer<Float>
  let out: UnsafeMutablePointer<Float>
  let outRow: Int

  func scratch(rows: Int, end: Int) -> Int {
    rows * (layout.keySize + CacheLayout.padded(end + 1) + layout.valueStride)
  }

  /// The positions that the token sees.
  private func visible(_ token: Int) -> Range<Int> {
    let end = position + token + 1
    return window.map { max(0, end - max(1, $0))..<end } ?? 0..<end
  }

  /// All query heads of one cached head, for a few tokens. Row r is token r / sharing.
  func run(head: Int, tokens: Range<Int>, scratch: UnsafeMutablePointer<Float>) {
    let rows = tokens.count * sharing
    let first = visible(tokens.lowerBound).lowerBound / Panel.width * Panel.width
    let seenWidth = CacheLayout.padded(visible(tokens.upperBound - 1).upperBound - first)
    // A sink needs a place behind the last score.
    let width = CacheLayout.padded(visible(tokens.upperBound - 1).upperBound - first + 1)
    let gathered = scratch
    let scores = gathered + rows * layout.keySize
    let sums = scores + rows * width

    for row in 0..<rows {
      let source =
        queries + (tokens.lowerBound + row / sharing) * queryRow
        + (head * sharing + row % sharing) * layout.keySize
      (gathered + row * layout.keySize).update(from: source, count: layout.keySize)
    }
    let headKeys = keys + layout.keys(of: head)
    for panel in stride(from: 0, to: seenWidth, by: Panel.width) {
      math.tile(
        gathered, layout.keySize, rows, headKeys + (first + panel) * layout.keySize, Panel.width,
        layout.keySize, scores + panel, width, 0)
    }
    for row in 0..<rows {
      let seen = visible(tokens.lowerBound + row / sharing)
      soften(
        scores + row * width + seen.lowerBound - first, seen.count,
        queryHead: head * sharing + row % sharing)
    }
    weigh(head: head, tokens: tokens, scores: scores - first, width: width, sums: sums)
    for row in 0..<rows {
      let target =
        out + (tokens.lowerBound + row / sharing) * outRow
        + (head * sharing + row % sharing) * layout.valueSize
      target.update(from: sums + row * layout.valueStride, count: layout.valueSize)
    }
  }

  /// Scores to weights.
  private func soften(_ scores: UnsafeMutablePointer<Float>, _ count: Int, queryHead: Int) {
    guard cap != nil || sinks != nil else { return math.softmax(scores, count, scale) }
    math.scale(scores, scale, scores, count)
    if let cap { math.soft_cap(scores, count, cap) }
    if let sinks { scores[count] = sinks[queryHead] }
    math.softmax(scores, count + (sinks == nil ? 0 : 1), 1)
  }

  /// Sums the values. Every row takes exactly its visible positions, in order: between two
  /// positions at which some row begins or ends, the rows that see them are neighbours.
  private func weigh(
    head: Int, tokens: Range<Int>, scores: UnsafeMutablePointer<Float>, width: Int,
    sums: UnsafeMutablePointer<Float>
  ) {
    let headValues = values + layout.values(of: head)
    sums.update(repeating: 0, count: tokens.count * sharing * layout.valueStride)
    let edges = Set(tokens.flatMap { [visible($0).lowerBound, visible($0).upperBound] }).sorted()
    var begun = tokens.lowerBound, ended = tokens.lowerBound
    for (start, end) in zip(edges, edges.dropFirst()) {
      while begun < tokens.upperBound, visible(begun).lowerBound <= start { begun += 1 }
      while ended < tokens.upperBound, visible(ended).upperBound <= start { ended += 1 }
      guard ended < begun else { continue }
      let row = (ended - tokens.lowerBound) * sharing
      for column in stride(from: 0, to: layout.valueStride, by: Panel.width) {
        math.tile(
          scores + row * width + start, width, (begun - ended) * sharing,
          headValues + start * layout.valueStride + column, layout.valueStride, end - start,
          sums + row * layout.valueStride + column, layout.valueStride, 1)
      }
    }
  }
}

extension Plain {
  /// One query head of one token over the keys and values that it sees, oldest first.
  public static func attend(
    query: [Float], keys: [[Float]], values: [[Float]], scale: Float, cap: Float? = nil,
    sink: Float? = nil
  ) -> [Float] {
    var scores = keys.map { key in
      zip(query, key).reduce(Float(0)) { $0.addingProduct($1.0, $1.1) }
    }
    var out = [Float](repeating: 0, count: values.first?.count ?? 0)
    var scale = scale
    if cap != nil || sink != nil {
      scores = scores.map { $0 * scale }
      if let cap { scores = scores.map { softCap($0, cap: cap) } }
      if let sink { scores.append(sink) }
      scale = 1
    }
    for (weight, value) in zip(softmax(scores, scale: scale), values) {
      for i in out.indices { out[i] = out[i].addingProduct(weight, value[i]) }
    }
    return out
  }
}
