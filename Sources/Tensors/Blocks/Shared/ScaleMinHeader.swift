/// Where a block of scales and minimums keeps them: two halves d and dmin, one after the other, and
/// small whole numbers that they scale, packed as the format does it.
struct ScaleMinHeader: Sendable {
  /// Sub-blocks of the 256 elements.
  let parts: Int
  /// The largest scale and minimum.
  let levels: Int32
  /// What a scale that was found without importance is cut to. A negative one wraps around to a byte
  /// before; where nothing is cut, its top spills into the minimum.
  let highest: UInt8
  /// Offset of d, and the bytes of the packed scales.
  let d: Int
  let packed: Range<Int>
  let pack: @Sendable (_ scales: [UInt8], _ minimums: [UInt8]) -> [UInt8]
  let unpack: @Sendable (_ packed: [UInt8]) -> (scales: [UInt8], minimums: [UInt8])

  /// Eight of 32 elements, six bits each, in the first 16 bytes.
  static let sixBits = ScaleMinHeader(
    parts: 8, levels: 63, highest: 63, d: 0, packed: 4..<16,
    pack: { PackedScales.pack(scales: $0, minimums: $1) },
    unpack: { PackedScales.unpack($0) })

  /// Sixteen of 16 elements: low nibbles are scales, high nibbles minimums.
  static let nibbles = ScaleMinHeader(
    parts: 16, levels: 15, highest: .max, d: 80, packed: 0..<16,
    pack: { zip($0, $1).map { $0 | $1 << 4 } },
    unpack: { packed in (packed.map { $0 & 15 }, packed.map { $0 >> 4 }) })

  func store(
    _ scale: PositiveSearch.Fit, _ minimum: PositiveSearch.Fit,
    _ block: UnsafeMutableRawBufferPointer
  ) {
    block.store(Half.bits(scale.scale), at: d)
    block.store(Half.bits(minimum.scale), at: d + 2)
    block.store(pack(scale.quants, minimum.quants), at: packed.lowerBound)
  }

  /// What the sub-blocks are decoded with: x = scale·q - minimum.
  func load(_ block: UnsafeRawBufferPointer) -> (scales: [Float], minimums: [Float]) {
    let (scales, minimums) = unpack(Array(block[packed]))
    return (
      scales.map { block.half(at: d) * Float($0) },
      minimums.map { block.half(at: d + 2) * Float($0) }
    )
  }
}
