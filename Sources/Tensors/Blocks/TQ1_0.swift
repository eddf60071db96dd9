/// TQ1_0: 256 elements in 54 bytes, 1.6875 bits each.
///
///     0    32 bytes   elements i, i + 32, i + 64, i + 96, i + 128
///     32   16 bytes   elements 160 + i, 176 + i, 192 + i, 208 + i, 224 + i
///     48    4 bytes   elements 240 + i, 244 + i, 248 + i, 252 + i
///     52   half       d                               x = d·(q - 1) (`TernaryQuants`)
///
/// A byte holds up to five digits of base three as a fraction of 256, rounded up: the integer part of
/// byte·3/256 is the first digit, and multiplying by three brings the next one there. Importance has
/// no say.
extension BlockFormat {
  public static let tq1_0 = BlockFormat(
    dtype: .tq1_0, fallback: .q4_0,
    reference: Reference(
      .tq1_0,
      decode: { block, values in
        var quants = [UInt8](repeating: 0, count: 256)
        for run in runs {
          for i in 0..<run.bytes {
            var fraction = block[run.offset + i]
            for digit in 0..<run.digits {
              quants[run.first + run.bytes * digit + i] = UInt8((UInt16(fraction) * 3) >> 8)
              fraction &*= 3
            }
          }
        }
        TernaryQuants.decode(quants, d: block.half(at: 52), values)
      },
      encode: { x, _, block in
        let (d, quants) = TernaryQuants.encode(x, lost: 1)
        for run in runs {
          for i in 0..<run.bytes {
            let number = (0..<5).reduce(UInt16(0)) { number, digit in
              let q = digit < run.digits ? quants[run.first + run.bytes * digit + i] : 0
              return number * 3 + UInt16(q)
            }
            block[run.offset + i] = UInt8((number * 256 + 242) / 243)
          }
        }
        block.store(Half.bits(d), at: 52)
      }),
    codec: { $0.tq1_0 })

  /// Bytes from `offset` on, for elements from `first` on.
  private struct Run {
    let offset, bytes, first, digits: Int
  }
  private static let runs = [
    Run(offset: 0, bytes: 32, first: 0, digits: 5),
    Run(offset: 32, bytes: 16, first: 160, digits: 5),
    Run(offset: 48, bytes: 4, first: 240, digits: 4),
  ]
}
