import CKernels

/// Where one layer's keys and values lie in memory that the cache owns.
///
/// Keys are packed as weights are, [head][position / 32][keySize][32], and values are rows,
/// [head][position][valueStride]: what the matrix tile reads. The memory starts zeroed.
public struct CacheLayout: Sendable {
  public let heads: Int
  public let keySize: Int
  public let valueSize: Int
  public let capacity: Int

  /// `capacity` is in positions; it is rounded up to whole panels.
  public init(heads: Int, keySize: Int, valueSize: Int, capacity: Int) {
    self.heads = heads
    self.keySize = keySize
    self.valueSize = valueSize
    self.capacity = CacheLayout.padded(capacity)
  }

  static func padded(_ count: Int) -> Int { (count + Panel.width - 1) / Panel.width * Panel.width }

  var valueStride: Int { CacheLayout.padded(valueSize) }
  /// Floats of key memory and of value memory, for all heads.
  public var keyCount: Int { heads * capacity * keySize }
  public var valueCount: Int { heads * capacity * valueStride }

  func keys(of head: Int) -> Int { head * capacity * keySize }
  func values(of head: Int) -> Int { head * capacity * valueStride }

  /// Stores the keys and values of `tokens` tokens from `position` on. Rows of one token hold all
  /// heads, and are `keyRow` and `valueRow` floats apart: by default as long as they are.
  /// - Precondition: the positions are within the capacity.
  public func store(
    keys: UnsafePointer<Float>, values: UnsafePointer<Float>, tokens: Int, at position: Int,
    keyMemory: UnsafeMutablePointer<Float>, valueMemory: UnsafeMutablePointer<Float>,
    keyRow: Int? = nil, valueRow: Int? = nil
  ) {
    precondition(position >= 0 && position + tokens <= capacity)
    for token in 0..<tokens {
      let place = position + token
      for head in 0..<heads {
        let key = keys + token * (keyRow ?? heads * keySize) + head * keySize
        let panel =
          keyMemory + self.keys(of: head)
          + place / Panel.width * Panel.width * keySize + place % Panel.width
        for i in 0..<keySize { panel[i * Panel.width] = key[i] }
        let value = values + token * (valueRow ?? heads * valueSize) + head * valueSize
        (valueMemory + self.values(of: head) + place * valueStride)
          .update(from: value, count: valueSize)
      }
    }
  }
}
