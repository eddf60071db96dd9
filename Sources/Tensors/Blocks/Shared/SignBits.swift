/// Signs of groups of eight: bit i says that element i is negative.
enum SignBits {
  /// Seven stored signs make the eighth: the number of negative elements is even.
  static func evened(_ seven: UInt32) -> UInt8 {
    let seven = UInt8(seven & 127)
    return seven | UInt8(seven.nonzeroBitCount & 1) << 7
  }

  static func applied(_ signs: UInt8, _ i: Int, to magnitude: Float) -> Float {
    signs >> i & 1 == 1 ? -magnitude : magnitude
  }

  /// Four times seven signs below four bits of scale.
  static func word(_ signs: [UInt8], scale: UInt8) -> UInt32 {
    signs.enumerated().reduce(UInt32(scale) << 28) { $0 | UInt32($1.element) << (7 * $1.offset) }
  }
}
