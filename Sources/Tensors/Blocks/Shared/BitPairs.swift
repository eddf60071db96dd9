/// Two bits of each of 256 elements in 64 bytes, as Q2_K and Q3_K store them.
///
///     2 × 32 bytes   of each half's elements i, i + 32, i + 64, i + 96, from the bottom
enum BitPairs {
  static func load(_ block: UnsafeRawBufferPointer, at offset: Int) -> [UInt8] {
    (0..<256).map { i in
      let (half, within) = i.quotientAndRemainder(dividingBy: 128)
      return block[offset + 32 * half + within % 32] >> (within / 32 * 2) & 3
    }
  }

  static func store(_ quants: [UInt8], _ block: UnsafeMutableRawBufferPointer, at offset: Int) {
    for half in 0..<2 {
      for i in 0..<32 {
        block[offset + 32 * half + i] = (0..<4).reduce(0) {
          $0 | (quants[128 * half + 32 * $1 + i] & 3) << (2 * $1)
        }
      }
    }
  }
}
