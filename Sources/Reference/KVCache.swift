import Architectures

/// How long keys and values are kept.
public enum CacheScope: Sendable {
  /// For later calls, which continue the sequence.
  case sequence
  /// Until the next block: every sequence is one call.
  case block

  func blocks(of parameters: HyperParameters) -> Int {
    switch self {
    case .sequence: parameters.blockCount
    case .block: min(1, parameters.blockCount)
    }
  }
}

/// Keys and values of the positions that were computed.
final class KVCache {
  let layout: CacheLayout
  private let memory: [FloatBuffer]

  init(_ parameters: HyperParameters, context: Int, keeps scope: CacheScope) {
    layout = KVCache.layout(parameters, context: context)
    memory = (0..<2 * scope.blocks(of: parameters)).map { [layout] index in
      FloatBuffer(count: index % 2 == 0 ? layout.keyCount : layout.valueCount)
    }
  }

  static func layout(_ parameters: HyperParameters, context: Int) -> CacheLayout {
    CacheLayout(
      heads: parameters.headCountKV, keySize: parameters.keyLength,
      valueSize: parameters.valueLength, capacity: context)
  }

  func keys(_ block: Int) -> UnsafeMutablePointer<Float> { memory[2 * block % memory.count].base }
  func values(_ block: Int) -> UnsafeMutablePointer<Float> { memory[(2 * block + 1) % memory.count].base }
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
