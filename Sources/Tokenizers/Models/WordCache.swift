/// The ids of short words that were seen before. A fixed number of places: a word takes the place
/// that its hash names, whoever was there.
struct WordCache {
  /// A word of at most 15 bytes, and its length in the last byte.
  struct Key: Equatable {
    fileprivate var low: UInt64
    fileprivate var high: UInt64

    static let longest = 15

    /// Nil where the word is too long to be remembered.
    @inline(__always)
    init?(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) {
      let count = range.count
      guard count <= Key.longest else { return nil }
      if range.lowerBound + 16 <= text.count {
        low = text.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self)
        high = text.loadUnaligned(fromByteOffset: range.lowerBound + 8, as: UInt64.self)
      } else {
        (low, high) = (0, 0)
        for offset in 0..<count {
          let byte = UInt64(text[range.lowerBound + offset])
          if offset < 8 { low |= byte << (offset * 8) } else { high |= byte << (offset * 8 - 64) }
        }
      }
      if count < 8 {
        low &= (1 << (count * 8)) &- 1
        high = 0
      } else {
        high &= (1 << (count * 8 - 64)) &- 1
      }
      high |= UInt64(count) << 56
    }
  }

  private struct Entry {
    var low: UInt64 = 0
    /// 0 where the place is empty: a word has a length.
    var high: UInt64 = 0
    var ids: (UInt32, UInt32, UInt32, UInt32) = (none, none, none, none)
  }
  private static let none = UInt32.max
  private static let bits = 15

  private var entries: [Entry] = []

  @inline(__always)
  private func place(_ key: Key) -> Int {
    Int(truncatingIfNeeded: Hashing.mix(key.low, key.high) >> (64 - WordCache.bits))
  }

  /// Appends the word's ids and returns true where they are known.
  @inline(__always)
  func find(_ key: Key, into ids: inout [Int]) -> Bool {
    guard !entries.isEmpty else { return false }
    let entry = entries[place(key)]
    guard entry.low == key.low, entry.high == key.high else { return false }
    if entry.ids.0 != WordCache.none { ids.append(Int(entry.ids.0)) }
    if entry.ids.1 != WordCache.none { ids.append(Int(entry.ids.1)) }
    if entry.ids.2 != WordCache.none { ids.append(Int(entry.ids.2)) }
    if entry.ids.3 != WordCache.none { ids.append(Int(entry.ids.3)) }
    return true
  }

  mutating func insert(_ key: Key, _ ids: ArraySlice<Int>) {
    guard ids.count <= 4 else { return }
    if entries.isEmpty { entries = [Entry](repeating: Entry(), count: 1 << WordCache.bits) }
    func id(_ index: Int) -> UInt32 {
      index < ids.count ? UInt32(ids[ids.startIndex + index]) : WordCache.none
    }
    entries[place(key)] = Entry(low: key.low, high: key.high, ids: (id(0), id(1), id(2), id(3)))
  }
}
