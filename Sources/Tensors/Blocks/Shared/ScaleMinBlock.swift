/// What Q4_K and Q5_K share: 256 elements in 8 sub-blocks of 32, each with a 6-bit scale and a
/// 6-bit minimum, and two halves that scale those: x = (d·scale)·q - (dmin·minimum).
///
///     0   half   d
///     2   half   dmin
///     4   12 bytes   scales and minimums (`PackedScales`)
///     16  the quants, packed as the format does it
struct ScaleMinBlock: Sendable {
  static let headerBytes = 16
  /// How the sub-blocks are searched, without and with importance.
  let plain, weighted: AffineSearch

  /// Writes the header and returns the 256 quants.
  func encode(_ x: [Float], _ importance: [Float]?, _ block: UnsafeMutableRawBufferPointer)
    -> [UInt8]
  {
    let parts = split(x)
    let weights =
      importance.map { split(weigh(x, by: $0, variance: 2 * squareSum(x) / 256)) }
      ?? parts.map(weights)
    let search = importance == nil ? plain : weighted
    let fits = (0..<8).map { search.fit(parts[$0], weights: weights[$0]) }

    let scale: PositiveSearch.Fit
    let minimum: PositiveSearch.Fit
    if importance == nil {
      scale = divideByLargest(fits.map(\.scale))
      minimum = divideByLargest(fits.map(\.minimum))
    } else {
      let sums = weights.map { $0.reduce(0, +) }
      scale = PositiveSearch(levels: 63).fit(fits.map(\.scale), weights: sums)
      minimum = PositiveSearch(levels: 63).fit(fits.map(\.minimum), weights: sums)
    }
    let d = Half.bits(scale.scale)
    let dmin = Half.bits(minimum.scale)
    let packed = PackedScales.pack(scales: scale.quants, minimums: minimum.quants)
    block.store(d, at: 0)
    block.store(dmin, at: 2)
    block.store(packed, at: 4)

    // The quants are rounded again, for the scale and minimum that the block will be read with.
    let (scales, minimums) = PackedScales.unpack(packed)
    return (0..<8).flatMap { j in
      let scale = Half.float(d) * Float(scales[j])
      let minimum = Half.float(dmin) * Float(minimums[j])
      if scale == 0 { return fits[j].quants }
      return parts[j].map { UInt8(clamp(nearestInt(($0 + minimum) / scale), 0, search.levels)) }
    }
  }

  /// `quants` holds 256.
  func decode(
    _ block: UnsafeRawBufferPointer, quants: [UInt8], _ values: UnsafeMutableBufferPointer<Float>
  ) {
    let d = block.half(at: 0)
    let dmin = block.half(at: 2)
    let (scales, minimums) = PackedScales.unpack(block[4..<Self.headerBytes])
    for j in 0..<8 {
      let scale = d * Float(scales[j])
      let minimum = dmin * Float(minimums[j])
      for i in 32 * j..<32 * j + 32 { values[i] = scale * Float(quants[i]) - minimum }
    }
  }

  private func split(_ x: [Float]) -> [[Float]] {
    (0..<8).map { Array(x[32 * $0..<32 * $0 + 32]) }
  }

  private func weights(_ x: [Float]) -> [Float] {
    let deviation = (squareSum(x) / 32).squareRoot()
    return x.map { deviation + abs($0) }
  }

  /// 63 stands for the largest. A negative scale wraps around to a byte before it is clamped.
  private func divideByLargest(_ values: [Float]) -> PositiveSearch.Fit {
    var largest: Float = 0
    for value in values where value > largest { largest = value }
    let inverse = largest > 0 ? 63 / largest : 0
    return PositiveSearch.Fit(
      scale: largest / 63,
      quants: values.map { min(63, UInt8(truncatingIfNeeded: nearestInt(inverse * $0))) })
  }
}
