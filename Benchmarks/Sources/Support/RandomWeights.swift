/// Seeded BF16 weights, nearly normal with a deviation of 0.02.
public struct RandomWeights {
  private var state: UInt64 = 1

  public init() {}

  private mutating func bits() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 16
  }

  /// The little-endian bytes of so many weights.
  public mutating func next(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2 * count)
    for _ in 0..<count {
      // The sum of four uniform numbers of twelve bits.
      let random = bits()
      let sum =
        (random & 0xfff) + (random >> 12 & 0xfff) + (random >> 24 & 0xfff) + random >> 36 & 0xfff
      let pattern = ((Float(sum) - 8190) * (0.02 / 2365)).bitPattern >> 16
      bytes.append(UInt8(truncatingIfNeeded: pattern))
      bytes.append(UInt8(truncatingIfNeeded: pattern >> 8))
    }
    return bytes
  }
}
