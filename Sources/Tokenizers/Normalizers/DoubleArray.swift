/// Darts' trie in one array, read where nobody vouches for it: what points outside matches nothing.
///
/// Source: https://github.com/s-yata/darts-clone
struct DoubleArray: Sendable {
  let units: [UInt32]

  /// The value of the shortest key that `text` starts with. A zero byte ends a text.
  func shortestPrefix(_ text: Span<UInt8>) -> Int? {
    guard let root = units.first else { return nil }
    var node = DoubleArray.offset(root)
    for index in text.indices {
      let byte = UInt32(text[index])
      if byte == 0 { return nil }
      node ^= byte
      guard node < UInt32(units.count) else { return nil }
      let unit = units[Int(node)]
      // A label with the topmost bit is a value's.
      guard unit & 0x8000_00ff == byte else { return nil }
      node ^= DoubleArray.offset(unit)
      if unit >> 8 & 1 == 1 {
        guard node < UInt32(units.count) else { return nil }
        return Int(units[Int(node)] & 0x7fff_ffff)
      }
    }
    return nil
  }

  func hasKey(startingWith byte: UInt8) -> Bool {
    guard let root = units.first, byte != 0 else { return false }
    let node = DoubleArray.offset(root) ^ UInt32(byte)
    return node < UInt32(units.count) && units[Int(node)] & 0x8000_00ff == UInt32(byte)
  }

  @inline(__always)
  private static func offset(_ unit: UInt32) -> UInt32 {
    (unit >> 10) << ((unit & (1 << 9)) >> 6)
  }
}
