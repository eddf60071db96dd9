import Reference
import Tensors
import Testing

/// One layer's cache and the queries that read it.
private struct Case {
  let heads: Int, sharing: Int, keySize: Int, valueSize: Int, tokens: Int
  let window: Int?
  let cap: Float?
  /// One for each query head, or none.
  let sinks: [Float]
  let queries: [Float], keys: [Float], values: [Float]
  let scale: Float = 0.1767767

  init(
    heads: Int, sharing: Int, keySize: Int, valueSize: Int, tokens: Int, window: Int?,
    cap: Float? = nil, hasSinks: Bool = false, using random: inout Random
  ) {
    (self.heads, self.sharing, self.keySize, self.valueSize, self.tokens, self.window) =
      (heads, sharing, keySize, valueSize, tokens, window)
    self.cap = cap
    sinks = hasSinks ? random.floats(heads * sharing) : []
    queries = random.floats(tokens * heads * sharing * keySize)
    keys = random.floats(tokens * heads * keySize)
    values = random.floats(tokens * heads * valueSize)
  }

  /// Appends and attends in blocks of `block` tokens.
  func run(_ numerics: Numerics, block: Int) -> [Float] {
    let layout = CacheLayout(heads: heads, keySize: keySize, valueSize: valueSize, capacity: tokens)
    var keyMemory = [Float](repeating: 0, count: layout.keyCount)
    var valueMemory = [Float](repeating: 0, count: layout.valueCount)
    var out = [Float](repeating: .nan, count: tokens * heads * sharing * valueSize)
    for start in stride(from: 0, to: tokens, by: block) {
      let count = min(block, tokens - start)
      func rows(_ x: [Float]) -> [Float] {
        let row = x.count / tokens
        return Array(x[start * row..<(start + count) * row])
      }
      layout.store(
        keys: rows(keys), values: rows(values), tokens: count, at: start, keyMemory: &keyMemory,
        valueMemory: &valueMemory)
      let row = heads * sharing * valueSize
      var part = [Float](repeating: .nan, count: count * row)
      sinks.withUnsafeBufferPointer { sinks in
        numerics.attend(
          queries: rows(queries), tokens: count, at: start, heads: heads * sharing, scale: scale,
          window: window, cap: cap, sinks: sinks.isEmpty ? nil : sinks.baseAddress, layout: layout,
          keyMemory: keyMemory, valueMemory: valueMemory, into: &part)
      }
      out.replaceSubrange(start * row..<(start + count) * row, with: part)
    }
    return out
  }

  func plain() -> [Float] {
    func head(_ x: [Float], _ token: Int, _ index: Int, _ size: Int) -> [Float] {
      let start = token * (x.count / tokens) + index * size
      return Array(x[start..<start + size])
    }
    return (0..<tokens).flatMap { token in
      (0..<heads * sharing).flatMap { query in
        let seen = max(0, token + 1 - (window ?? tokens))...token
        return Plain.attend(
          query: head(queries, token, query, keySize),
          keys: seen.map { head(keys, $0, query / sharing, keySize) },
          values: seen.map { head(values, $0, query / sharing, valueSize) }, scale: scale, cap: cap,
          sink: sinks.isEmpty ? nil : sinks[query])
      }
    }
  }
}

@Suite struct AttentionTests {
  @Test("Attention has the plain bits, in any block of tokens", arguments: Kernels.available)
  func bits(kernels: Kernels) {
    let seed: UInt64 = 31
    var random = Random(seed: seed)
    let shapes = [(2, 1, 16, 16), (1, 3, 64, 64), (2, 7, 20, 33), (1, 1, 80, 48)]
    for (heads, sharing, keySize, valueSize) in shapes {
      for (tokens, window) in [(1, nil), (45, nil), (70, 9), (33, 1), (40, 64)] as [(Int, Int?)] {
        let sample = Case(
          heads: heads, sharing: sharing, keySize: keySize, valueSize: valueSize, tokens: tokens,
          window: window, using: &random)
        let plain = sample.plain()
        for (threads, block) in [(1, tokens), (2, 1), (4, 13), (2, tokens)] {
          let numerics = Numerics(kernels: kernels, workers: Workers(threads: threads))
          #expect(
            difference(sample.run(numerics, block: block), plain) == nil,
            """
            \(heads)x\(sharing) heads of \(keySize)/\(valueSize), \(tokens) tokens by \(block), \
            window \(window ?? 0), \(threads) threads, seed \(seed)
            """)
        }
      }
    }
  }

  @Test("Caps and sinks have the plain bits", arguments: Kernels.available)
  func capsAndSinks(kernels: Kernels) {
    let seed: UInt64 = 32
    var random = Random(seed: seed)
    for (heads, sharing, keySize, valueSize) in [(2, 1, 16, 16), (1, 3, 64, 64), (2, 7, 20, 33)] {
      for (cap, hasSinks) in [(2, false), (nil, true), (0.5, true)] as [(Float?, Bool)] {
        for window in [nil, 9] {
          let sample = Case(
            heads: heads, sharing: sharing, keySize: keySize, valueSize: valueSize, tokens: 41,
            window: window, cap: cap, hasSinks: hasSinks, using: &random)
          let plain = sample.plain()
          for (threads, block) in [(1, 41), (2, 1), (2, 13)] {
            let numerics = Numerics(kernels: kernels, workers: Workers(threads: threads))
            #expect(
              difference(sample.run(numerics, block: block), plain) == nil,
              """
              \(heads)x\(sharing) heads of \(keySize)/\(valueSize) by \(block), cap \(cap ?? 0), \
              sinks \(hasSinks), window \(window ?? 0), \(threads) threads, seed \(seed)
              """)
          }
        }
      }
    }
  }
}
