/// IQ3_S: 256 elements in 110 bytes, 3.4375 bits each.
///
///     0     half   d
///     2     64 bytes   low bits: numbers of points in `Grid.iq3_s`, of four elements each
///     66    8 bytes    ninth bits of eight numbers each
///     74    32 bytes   signs
///     106   4 bytes    nibbles: scales of 32 elements each
///                                                  x = ±d·(2·scale + 1)·(2·digit + 1)
extension BlockFormat {
  public static let iq3_s = BlockFormat(
    dtype: .iq3_s, fallback: .iq4_nl,
    reference: Reference(
      .iq3_s,
      decode: { block, values in
        let d = block.half(at: 0)
        for i in 0..<256 {
          let ninth = Int(block[ninthBits + i / 32] >> (i % 32 / 4) & 1)
          let digit = Grid.iq3_s.point(Int(block[2 + i / 4]) | ninth << 8)[i % 4]
          let scale = d * Float(1 + 2 * (block[scales + i / 64] >> (i % 64 / 32 * 4) & 15))
          values[i] = SignBits.applied(
            block[signs + i / 8], i % 8, to: scale * Float(2 * digit + 1))
        }
      },
      encode: { x, importance, block in
        let parts = search.encode(x, importance)
        let steps = StepScales(parts.map(\.scale), levels: 16)
        block.zero()
        block.store(Half.bits(steps.d * 1.033), at: 0)
        // As ggml does, an all-zero sub-block takes no room among points and signs: those of the
        // later ones move up, away from the scales and ninth bits that belong to them.
        for (place, (j, part)) in parts.enumerated().filter({ !$1.isZero }).enumerated() {
          block.store(part.points.map { UInt8(truncatingIfNeeded: $0) }, at: 2 + 8 * place)
          block.store(part.signs, at: signs + 4 * place)
          for (k, point) in part.points.enumerated() {
            block[ninthBits + j] |= UInt8(point >> 8) << k
          }
        }
        block.store(steps.nibbles, at: scales)
      }),
    codec: { $0.iq3_s })

  private static let ninthBits = 66, signs = 74, scales = 106
  private static let search = GridSearch(
    grid: .iq3_s, elements: 32, variance: 2, smallest: .leastNonzeroMagnitude, last: 9, step: 0.2,
    again: .everythingIfAnyOffGrid)
}
