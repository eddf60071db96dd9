/// Eight 6-bit scales and eight 6-bit minimums in the 12 bytes of a Q4_K or Q5_K block.
///
///     byte j, j < 4:   scale j      | top two bits of scale j + 4
///     byte j + 4:      minimum j    | top two bits of minimum j + 4
///     byte j + 8:      low nibbles of scale j + 4 and of minimum j + 4
package enum PackedScales {
  package static func pack(scales: [UInt8], minimums: [UInt8]) -> [UInt8] {
    var packed = [UInt8](repeating: 0, count: 12)
    for j in 0..<4 {
      packed[j] = scales[j] | (scales[j + 4] >> 4) << 6
      packed[j + 4] = minimums[j] | (minimums[j + 4] >> 4) << 6
      packed[j + 8] = scales[j + 4] & 15 | minimums[j + 4] << 4
    }
    return packed
  }

  package static func unpack(_ packed: some RandomAccessCollection<UInt8>) -> (
    scales: [UInt8], minimums: [UInt8]
  ) {
    let packed = Array(packed)
    var scales = [UInt8](repeating: 0, count: 8)
    var minimums = scales
    for j in 0..<4 {
      scales[j] = packed[j] & 63
      minimums[j] = packed[j + 4] & 63
      scales[j + 4] = packed[j + 8] & 15 | (packed[j] >> 6) << 4
      minimums[j + 4] = packed[j + 8] >> 4 | (packed[j + 4] >> 6) << 4
    }
    return (scales, minimums)
  }
}
