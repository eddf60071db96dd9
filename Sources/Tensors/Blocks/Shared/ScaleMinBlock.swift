/// What Q2_K, Q4_K and Q5_K share: 256 elements in sub-blocks, each with a small whole scale and
/// minimum, and two halves that scale those: x = (d·scale)·q - (dmin·minimum).
struct ScaleMinBlock: Sendable {
  let header: ScaleMinHeader
  /// How the sub-blocks are searched, without and with importance.
  let plain, weighted: AffineSearch
  /// Without importance elements weigh |x|, or that and the root of their sub-block's mean square.
  var addsDeviation = true
  /// The variance that importance weighs with, in mean squares of the block.
  var spread: Float = 2

  /// Writes the header and returns the 256 quants.
  func encode(_ x: [Float], _ importance: [Float]?, _ block: UnsafeMutableRawBufferPointer)
    -> [UInt8]
  {
    let parts = split(x)
    let weights =
      importance.map { split(weigh(x, by: $0, variance: spread * squareSum(x) / 256)) }
      ?? parts.map(weights)
    let search = importance == nil ? plain : weighted
    let fits = zip(parts, weights).map { search.fit($0, weights: $1) }

    if importance == nil {
      header.store(
        divideByLargest(fits.map(\.scale)), divideByLargest(fits.map(\.minimum)), block)
    } else {
      let sums = weights.map { $0.reduce(0, +) }
      let search = PositiveSearch(levels: header.levels)
      header.store(
        search.fit(fits.map(\.scale), weights: sums),
        search.fit(fits.map(\.minimum), weights: sums), block)
    }

    // The quants are rounded again, for the scale and minimum that the block will be read with.
    let (scales, minimums) = header.load(UnsafeRawBufferPointer(block))
    return parts.indices.flatMap { j in
      if scales[j] == 0 { return fits[j].quants }
      return parts[j].map {
        UInt8(clamp(nearestInt(($0 + minimums[j]) / scales[j]), 0, search.levels))
      }
    }
  }

  /// `quants` holds 256.
  func decode(
    _ block: UnsafeRawBufferPointer, quants: [UInt8], _ values: UnsafeMutableBufferPointer<Float>
  ) {
    let (scales, minimums) = header.load(block)
    for i in 0..<256 {
      let part = i * header.parts / 256
      values[i] = scales[part] * Float(quants[i]) - minimums[part]
    }
  }

  private func split(_ x: [Float]) -> [[Float]] {
    let length = 256 / header.parts
    return (0..<header.parts).map { Array(x[length * $0..<length * ($0 + 1)]) }
  }

  private func weights(_ x: [Float]) -> [Float] {
    guard addsDeviation else { return x.map(abs) }
    let deviation = (squareSum(x) / Float(x.count)).squareRoot()
    return x.map { deviation + abs($0) }
  }

  /// The highest level stands for the largest.
  private func divideByLargest(_ values: [Float]) -> PositiveSearch.Fit {
    var largest: Float = 0
    for value in values where value > largest { largest = value }
    let levels = Float(header.levels)
    let inverse = largest > 0 ? levels / largest : 0
    return PositiveSearch.Fit(
      scale: largest / levels,
      quants: values.map {
        min(header.highest, UInt8(truncatingIfNeeded: nearestInt(inverse * $0)))
      })
  }
}
