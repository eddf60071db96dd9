import Architectures

/// Keys and values of the positions that were computed, for every block; the state of a recurrent
/// one.
final class KVCache {
  let layout: CacheLayout
  private let memory: [FloatBuffer]
  private let states: [DeltaState?]

  init(_ parameters: HyperParameters, context: Int) {
    layout = KVCache.layout(parameters, context: context)
    memory = (0..<2 * parameters.blockCount).map { [layout] index in
      if parameters.isRecurrent(index / 2) { return FloatBuffer(count: 0) }
      return FloatBuffer(count: index % 2 == 0 ? layout.keyCount : layout.valueCount)
    }
    let delta = DeltaLayout(parameters)
    states = (0..<parameters.blockCount).map { block in
      parameters.isRecurrent(block) ? delta.map(DeltaState.init) : nil
    }
  }

  static func layout(_ parameters: HyperParameters, context: Int) -> CacheLayout {
    CacheLayout(
      heads: parameters.headCountKV, keySize: parameters.keyLength,
      valueSize: parameters.valueLength, capacity: context)
  }

  /// Forgets the sequence.
  func reset() { for state in states { state?.reset() } }

  /// Bytes of keys and values, and of states.
  var bytes: (keysAndValues: Int, states: Int) {
    let floats = memory.reduce(0) { $0 + $1.count }
    let states = states.reduce(0) { $0 + ($1?.layout.stateCount ?? 0) }
    return (floats * floatBytes, states * floatBytes)
  }

  func state(_ block: Int) -> DeltaState? { states[block] }
  func keys(_ block: Int) -> UnsafeMutablePointer<Float> { memory[2 * block].base }
  func values(_ block: Int) -> UnsafeMutablePointer<Float> { memory[2 * block + 1].base }
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
