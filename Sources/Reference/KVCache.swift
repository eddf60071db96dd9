import Architectures

/// How long keys, values and states are kept.
public enum CacheScope: Sendable {
  /// For later calls, which continue the sequence.
  case sequence
  /// Until the next block: every sequence is one call.
  case block

  func kept(_ blocks: Int) -> Int {
    switch self {
    case .sequence: blocks
    case .block: min(1, blocks)
    }
  }
}

/// Keys and values of the positions that were computed; the state of a recurrent block.
final class KVCache {
  let layout: CacheLayout
  private let scope: CacheScope
  /// Of each block, which of its kind it is.
  private let places: [Int]
  private let memory: [FloatBuffer]
  private let states: [DeltaState]

  init(_ parameters: HyperParameters, context: Int, keeps scope: CacheScope) {
    layout = KVCache.layout(parameters, context: context)
    self.scope = scope
    let counts = KVCache.blocks(parameters)
    memory = (0..<2 * scope.kept(counts.attending)).map { [layout] index in
      FloatBuffer(count: index % 2 == 0 ? layout.keyCount : layout.valueCount)
    }
    let delta = DeltaLayout(parameters)
    states = (0..<scope.kept(counts.recurrent)).compactMap { _ in delta.map(DeltaState.init) }
    var seen = (attending: 0, recurrent: 0)
    places = (0..<parameters.blockCount).map { block in
      if scope == .block { return 0 }
      let kind =
        parameters.isRecurrent(block) ? \(attending: Int, recurrent: Int).recurrent : \.attending
      defer { seen[keyPath: kind] += 1 }
      return seen[keyPath: kind]
    }
  }

  static func blocks(_ parameters: HyperParameters) -> (attending: Int, recurrent: Int) {
    let recurrent = (0..<parameters.blockCount).count(where: parameters.isRecurrent)
    return (parameters.blockCount - recurrent, recurrent)
  }

  static func layout(_ parameters: HyperParameters, context: Int) -> CacheLayout {
    CacheLayout(
      heads: parameters.headCountKV, keySize: parameters.keyLength,
      valueSize: parameters.valueLength, capacity: context)
  }

  /// Forgets the sequence.
  func reset() { for state in states { state.reset() } }

  /// Bytes of keys and values, and of states.
  var bytes: (keysAndValues: Int, states: Int) {
    let floats = memory.reduce(0) { $0 + $1.count }
    let states = states.reduce(0) { $0 + $1.layout.stateCount }
    return (floats * floatBytes, states * floatBytes)
  }

  /// Where blocks share one, it is that of a sequence which begins.
  func state(_ block: Int) -> DeltaState? {
    guard states.indices.contains(places[block]) else { return nil }
    let state = states[places[block]]
    if scope == .block { state.reset() }
    return state
  }
  func keys(_ block: Int) -> UnsafeMutablePointer<Float> { memory[2 * places[block]].base }
  func values(_ block: Int) -> UnsafeMutablePointer<Float> { memory[2 * places[block] + 1].base }
}

/// Zeroed floats, aligned to a cache line.
final class FloatBuffer {
  let base: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    self.count = count
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(64, count * floatBytes), alignment: 64)
    base = bytes.bindMemory(to: Float.self, capacity: count)
    base.initialize(repeating: 0, count: count)
  }

  deinit { base.deallocate() }
}
