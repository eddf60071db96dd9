/// The quants of 32 elements as Q4_0, Q4_1, Q5_0 and Q5_1 store them.
///
///     16 bytes   low nibbles: elements 0-15, high nibbles: elements 16-31
///
/// Five bits are those nibbles behind a word:
///
///     4 bytes    little-endian, bit i: fifth bit of element i
enum Quants32 {
  static func fourBits(_ block: UnsafeRawBufferPointer, at offset: Int) -> [UInt8] {
    (0..<32).map { i in
      let byte = block[offset + i % 16]
      return i < 16 ? byte & 15 : byte >> 4
    }
  }

  static func storeFourBits(
    _ quants: [UInt8], _ block: UnsafeMutableRawBufferPointer, at offset: Int
  ) {
    for i in 0..<16 { block[offset + i] = quants[i] & 15 | quants[i + 16] << 4 }
  }

  static func fiveBits(_ block: UnsafeRawBufferPointer, at offset: Int) -> [UInt8] {
    fourBits(block, at: offset + 4).enumerated().map { i, low in
      low | (block[offset + i / 8] >> (i % 8) & 1) << 4
    }
  }

  static func storeFiveBits(
    _ quants: [UInt8], _ block: UnsafeMutableRawBufferPointer, at offset: Int
  ) {
    for byte in 0..<4 {
      block[offset + byte] = (0..<8).reduce(0) { $0 | (quants[8 * byte + $1] >> 4) << $1 }
    }
    storeFourBits(quants, block, at: offset + 4)
  }
}
