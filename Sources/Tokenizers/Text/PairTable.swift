/// A flat hash table from a pair of ids to a number.
struct PairTable: Sendable {
  private struct Slot: Sendable {
    var key: UInt64 = empty
    var value: UInt32 = 0
  }
  /// No pair has this key: ids are below 2^32 - 1.
  private static let empty = UInt64.max
  static let missing = UInt32.max

  private var slots: [Slot]
  private var used = 0

  init(capacity: Int = 0) {
    slots = [Slot](repeating: Slot(), count: Hashing.tableSize(for: capacity))
  }

  /// Keeps the value that a pair has already where `replacing` is false.
  mutating func set(_ a: UInt32, _ b: UInt32, _ value: UInt32, replacing: Bool = true) {
    if (used + 1) * 2 > slots.count { grow() }
    let slot = slot(a, b)
    if slots[slot].key == PairTable.empty {
      used += 1
    } else if !replacing {
      return
    }
    slots[slot] = Slot(key: PairTable.key(a, b), value: value)
  }

  /// The pair's number, or `missing`.
  @inline(__always)
  func value(_ a: UInt32, _ b: UInt32) -> UInt32 {
    let slot = slots[slot(a, b)]
    return slot.key == PairTable.empty ? PairTable.missing : slot.value
  }

  @inline(__always)
  private static func key(_ a: UInt32, _ b: UInt32) -> UInt64 { UInt64(a) << 32 | UInt64(b) }

  @inline(__always)
  private func slot(_ a: UInt32, _ b: UInt32) -> Int {
    let key = PairTable.key(a, b)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: Hashing.mix(key, 0x2545_f491_4f6c_dd1d)) & mask
    while slots[slot].key != key, slots[slot].key != PairTable.empty { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(), count: old.count * 2)
    for entry in old where entry.key != PairTable.empty {
      slots[slot(UInt32(entry.key >> 32), UInt32(truncatingIfNeeded: entry.key))] = entry
    }
  }
}
