/// Floating-point numbers as Python spells them: the same shortest digits as Swift, with a point
/// from 1e-4 to 1e16.
enum PythonFloat {
  static func repr(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    let (digits, exponent) = shortest(value)
    let sign = value.sign == .minus ? "-" : ""
    if value == 0 { return sign + "0.0" }
    if (-4..<16).contains(exponent) { return sign + plain(digits, exponent) }
    let fraction = digits.count > 1 ? "." + String(digits.dropFirst()) : ""
    let magnitude = abs(exponent)
    return sign + String(digits.prefix(1)) + fraction + "e" + (exponent < 0 ? "-" : "+")
      + (magnitude < 10 ? "0" : "") + String(magnitude)
  }

  /// Significant digits and the power of ten of the first.
  private static func shortest(_ value: Double) -> (digits: String, exponent: Int) {
    let parts = "\(value.magnitude)".split(separator: "e")
    var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let sides = (parts.first ?? "0").split(separator: ".", omittingEmptySubsequences: false)
    let whole = sides.first ?? "0"
    var digits = String(whole) + (sides.count > 1 ? sides[1] : "")
    exponent += whole.count - 1
    while digits.count > 1, digits.first == "0" {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    return (digits, exponent)
  }

  private static func plain(_ digits: String, _ exponent: Int) -> String {
    if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + digits }
    let whole = digits.prefix(exponent + 1)
    let padding = String(repeating: "0", count: exponent + 1 - whole.count)
    let fraction = digits.dropFirst(exponent + 1)
    return whole + padding + "." + (fraction.isEmpty ? "0" : fraction)
  }
}
