/// Numbers as `tokenizers` reads them from JSON: in one division or multiplication of rounded values,
/// so that the last bit may be off. Two ways to cut a word that are nearly as good as each other are
/// told apart by that bit, and a model was trained on what the reference did.
///
/// Source: https://github.com/serde-rs/json, src/de.rs without the feature `float_roundtrip`
enum ReferenceNumber {
  private static let powers: [Double] = (0...308).compactMap { Double("1e\($0)") }

  /// `text` is a number of JSON. Nil where it is out of range.
  static func double(_ text: String) -> Double? {
    var digits = text.utf8[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { digits = digits.dropFirst() }
    var significand: UInt64 = 0
    var exponent = 0
    var isFraction = false
    var isFull = false
    while let byte = digits.first {
      digits = digits.dropFirst()
      switch byte {
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let (tenfold, overflow) = significand.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tenfold.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
        // What does not fit any more is left out, not rounded.
        isFull = isFull || overflow || carry
        if isFull {
          if !isFraction { exponent += 1 }
        } else {
          significand = sum
          if isFraction { exponent -= 1 }
        }
      default:
        // `e` and a number that may be larger than any.
        let power = String(decoding: digits, as: UTF8.self)
        let sign = power.hasPrefix("-") ? -1 : 1
        exponent += sign * min(Int(power.drop { $0 == "+" || $0 == "-" }) ?? 99_999, 99_999)
        digits = digits.dropFirst(digits.count)
      }
    }
    guard let value = scaled(Double(significand), exponent) else { return nil }
    return isNegative ? -value : value
  }

  private static func scaled(_ value: Double, _ exponent: Int) -> Double? {
    var (value, exponent) = (value, exponent)
    if value == 0 { return 0 }
    while exponent < -308, value != 0 {
      value /= 1e308
      exponent += 308
    }
    if value == 0 { return 0 }
    guard exponent <= 308 else { return nil }
    value = exponent >= 0 ? value * powers[exponent] : value / powers[-exponent]
    return value.isFinite ? value : nil
  }
}
