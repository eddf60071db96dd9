/// A hash table from bytes, which somebody else stores, to ids. Seeded per process, so that no file
/// can be made whose keys collide.
struct ByteIndex: Sendable {
  /// The upper half of the hash and the id plus one; 0 is an empty slot.
  private var slots: [UInt64]
  private var used = 0

  init(capacity: Int) {
    slots = [UInt64](repeating: 0, count: Hashing.tableSize(for: capacity))
  }

  /// The id that these bytes already have, or nil after giving them `id`.
  mutating func insert(
    _ text: UnsafeRawBufferPointer, id: Int, stored: (Int) -> UnsafeRawBufferPointer
  ) -> Int? {
    if (used + 1) * 2 > slots.count { grow(stored) }
    let hash = Hashing.hash(text)
    let slot = slot(hash, text, stored)
    if slots[slot] != 0 { return Int(UInt32(truncatingIfNeeded: slots[slot])) - 1 }
    slots[slot] = hash & ~0xffff_ffff | UInt64(id + 1)
    used += 1
    return nil
  }

  func find(_ text: UnsafeRawBufferPointer, stored: (Int) -> UnsafeRawBufferPointer) -> Int? {
    let found = slots[slot(Hashing.hash(text), text, stored)]
    return found == 0 ? nil : Int(UInt32(truncatingIfNeeded: found)) - 1
  }

  @inline(__always)
  private func slot(
    _ hash: UInt64, _ text: UnsafeRawBufferPointer, _ stored: (Int) -> UnsafeRawBufferPointer
  ) -> Int {
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      if slots[slot] >> 32 == hash >> 32 {
        let other = stored(Int(UInt32(truncatingIfNeeded: slots[slot])) - 1)
        if Hashing.equal(other, text) { return slot }
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private mutating func grow(_ stored: (Int) -> UnsafeRawBufferPointer) {
    let old = slots
    slots = [UInt64](repeating: 0, count: old.count * 2)
    for entry in old where entry != 0 {
      let hash = Hashing.hash(stored(Int(UInt32(truncatingIfNeeded: entry)) - 1))
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = entry
    }
  }
}

/// Hashing of bytes and of pairs by folded multiplication.
enum Hashing {
  private static let seed = UInt64.random(in: .min ... .max) | 1

  /// A power of two at least twice the number of keys.
  static func tableSize(for keys: Int) -> Int {
    var size = 16
    while size < keys * 2 { size *= 2 }
    return size
  }

  @inline(__always)
  static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = (a ^ seed).multipliedFullWidth(by: b ^ 0x9e37_79b9_7f4a_7c15)
    return high ^ low
  }

  static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var state = mix(UInt64(bytes.count), seed)
    var place = 0
    while place + 8 <= bytes.count {
      state = mix(state ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self), seed)
      place += 8
    }
    var tail: UInt64 = 0
    while place < bytes.count {
      tail = tail << 8 | UInt64(bytes[place])
      place += 1
    }
    return mix(state, tail)
  }

  static func equal(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    a.count == b.count && a.elementsEqual(b)
  }
}
