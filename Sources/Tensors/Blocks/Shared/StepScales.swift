/// A block's scale of scales where sub-blocks store theirs as s for 2s + 1 parts of it: `levels`
/// values of s, and the largest scale becomes the largest of them.
struct StepScales {
  /// Zero where every scale is.
  let d: Float
  let quants: [UInt8]

  init(_ scales: [Float], levels: Int32) {
    var largest: Float = 0
    for scale in scales { largest = largest > scale ? largest : scale }
    guard largest != 0 else {
      (d, quants) = (0, scales.map { _ in 0 })
      return
    }
    let d = largest / Float(2 * levels - 1)
    let inverse = 1 / d
    self.d = d
    quants = scales.map { UInt8(clamp(nearestInt(0.5 * (inverse * $0 - 1)), 0, levels - 1)) }
  }

  /// Two to a byte, the first in the low nibble.
  var nibbles: [UInt8] {
    stride(from: 0, to: quants.count, by: 2).map { quants[$0] | quants[$0 + 1] << 4 }
  }
}
