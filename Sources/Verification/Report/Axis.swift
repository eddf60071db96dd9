import Foundation

/// One side of a chart: where values stand on it, from 0 to 1, and what is written along it.
struct Axis {
  struct Tick {
    let place: Double
    let label: String
  }

  let ticks: [Tick]
  /// In the axis' own unit: decades where it is logarithmic.
  private let range: ClosedRange<Double>
  private let isLogarithmic: Bool

  /// Whole decades that hold the positive ones of the values, at most twelve below the largest; nil
  /// where there is none.
  init?(decadesOf values: [Double]) {
    let shown = values.filter { $0 > 0 && $0.isFinite }
    guard let least = shown.min(), let largest = shown.max() else { return nil }
    let top = Int(log10(largest).rounded(.up))
    let bottom = min(top - 1, max(Int(log10(least).rounded(.down)), top - 12))
    range = Double(bottom)...Double(top)
    isLogarithmic = true
    let span = top - bottom
    ticks = stride(from: bottom, through: top, by: (span + 7) / 8).flatMap { decade in
      // A decade or two would look empty with their ends alone.
      [1, 2, 5].prefix(span <= 2 && decade < top ? 3 : 1).map { digit in
        Tick(
          place: (Double(decade - bottom) + log10(Double(digit))) / Double(span),
          label: (digit == 1 ? "" : "\(digit)·") + Axis.powerOfTen(decade))
      }
    }
  }

  /// From the least to the largest of positive values, and without ticks; nil where there is none.
  init?(exactly values: [Double]) {
    guard let least = values.min(), let largest = values.max(), least > 0 else { return nil }
    // A decade at least: values that are nearly the same are to look it.
    let top = log10(largest)
    range = min(log10(least), top - 1)...top
    isLogarithmic = true
    ticks = []
  }

  /// Whole numbers, with a tick at every round one.
  init(integers range: ClosedRange<Int>, ticks count: Int) {
    let upper = max(range.upperBound, range.lowerBound + 1)
    self.range = Double(range.lowerBound)...Double(upper)
    isLogarithmic = false
    let span = upper - range.lowerBound
    let rough = max(1, Double(span) / Double(max(1, count)))
    let decade = pow(10, log10(rough).rounded(.down))
    let step = max(1, Int(([1, 2, 5, 10].first { $0 * decade >= rough } ?? 10) * decade))
    ticks = stride(from: range.lowerBound, through: range.upperBound, by: step).map {
      Tick(place: Double($0 - range.lowerBound) / Double(span), label: String($0))
    }
  }

  var decades: ClosedRange<Double> { range }

  /// From 0 to 1; a value outside stands at the end that it is beyond.
  func place(_ value: Double) -> Double {
    let unit = isLogarithmic ? (value > 0 ? log10(value) : range.lowerBound) : value
    let place = (unit - range.lowerBound) / (range.upperBound - range.lowerBound)
    return place.isNaN ? 1 : min(1, max(0, place))
  }

  private static func powerOfTen(_ exponent: Int) -> String {
    let digits = String(abs(exponent)).unicodeScalars.compactMap { digit -> String? in
      switch digit {
      case "1": "¹"
      case "2": "²"
      case "3": "³"
      default: Unicode.Scalar(0x2070 + digit.value - 0x30).map { String(Character($0)) }
      }
    }
    return "10" + (exponent < 0 ? "⁻" : "") + digits.joined()
  }
}
