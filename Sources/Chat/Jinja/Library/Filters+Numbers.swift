import Foundation

extension Filters {
  static let numbers: [Builtin] = [
    Builtin("abs") { call throws(TemplateError) in
      switch call.subject.number {
      case .int(let value):
        guard value != .min else { throw Arithmetic.tooLarge }
        return .int(abs(value))
      case .float(let value): return .float(abs(value))
      case nil:
        throw TemplateError(.value, "bad operand type for abs(): '\(call.subject.typeName)'")
      }
    },
    Builtin("int", "default", "base") { call throws(TemplateError) in
      let standard = call[0] ?? .int(0)
      switch call.subject {
      case .undefined(let undefined): throw undefined.error
      case .string(let text):
        if let value = PythonNumber.int(text, base: try call.int(1) ?? 10) { return .int(value) }
        guard let value = PythonNumber.float(text) else { return standard }
        return try whole(value) ?? standard
      case .float(let value):
        guard !value.isInfinite else {
          throw TemplateError(.value, "cannot convert float infinity to integer")
        }
        return try whole(value) ?? standard
      default: return call.subject.wholeNumber.map { .int($0) } ?? standard
      }
    },
    Builtin("float", "default") { call throws(TemplateError) in
      let standard = call[0] ?? .float(0)
      switch call.subject {
      case .undefined(let undefined): throw undefined.error
      case .string(let text): return PythonNumber.float(text).map { .float($0) } ?? standard
      default: return call.subject.number.map { .float($0.double) } ?? standard
      }
    },
    Builtin("round", "precision", "method") { call throws(TemplateError) in
      let precision = try call.int(0) ?? 0
      let method = try call.text(1) ?? "common"
      guard let number = call.subject.number else {
        if case .undefined(let undefined) = call.subject { throw undefined.error }
        throw TemplateError(.value, "type \(call.subject.typeName) doesn't define __round__")
      }
      switch method {
      case "common":
        if case .int(let value) = number, precision >= 0 { return .int(value) }
        let rounded = PythonNumber.round(number.double, precision)
        if case .int = number { return try whole(rounded) ?? .int(0) }
        return .float(rounded)
      case "ceil", "floor":
        let scale = pow(10, Double(precision))
        let scaled = number.double * scale
        return .float((method == "ceil" ? scaled.rounded(.up) : scaled.rounded(.down)) / scale)
      default: throw TemplateError(.value, "method must be common, ceil or floor")
      }
    },
    Builtin("sum", "attribute", "start") { call throws(TemplateError) in
      let path = AttributePath(call[0])
      var total = call[1] ?? .int(0)
      if case .string = total {
        throw TemplateError(.value, "sum() can't sum strings [use ''.join(seq) instead]")
      }
      for element in try call.elements() {
        total = try call.interpreter.binary(
          .add, total, try path.value(in: element, call.interpreter))
      }
      return total
    },
  ]

  /// A float without its fraction; nil where it is none.
  private static func whole(_ value: Double) throws(TemplateError) -> Value? {
    guard value.isFinite else { return nil }
    guard let whole = Int(exactly: value.rounded(.towardZero)) else { throw Arithmetic.tooLarge }
    return .int(whole)
  }
}

/// Python's `int(text)`, `float(text)` and `round`.
enum PythonNumber {
  static func int(_ text: Text, base: Int) -> Int? {
    var digits = text.stripped(where: \.isPythonSpace).scalars[...]
    let sign = digits.first.flatMap { $0 == "-" || $0 == "+" ? $0 : nil }
    if sign != nil { digits = digits.dropFirst() }
    var radix = base
    let prefixes: [(Unicode.Scalar, Int)] = [("x", 16), ("o", 8), ("b", 2)]
    if digits.first == "0", let letter = digits.dropFirst().first {
      let lower = Text([letter]).lowercased.scalars.first
      for (prefix, value) in prefixes where lower == prefix && (base == value || base == 0) {
        radix = value
        digits = digits.dropFirst(2)
        if digits.first == "_" { digits = digits.dropFirst() }
      }
    }
    if radix == 0 {
      radix = 10
      if digits.first == "0", digits.contains(where: { $0 != "0" && $0 != "_" }) { return nil }
    }
    guard (2...36).contains(radix), let plain = withoutUnderscores(digits),
      plain.first != "-", plain.first != "+"
    else { return nil }
    return Int((sign == "-" ? "-" : "") + plain, radix: radix)
  }

  static func float(_ text: Text) -> Double? {
    let digits = text.stripped(where: \.isPythonSpace).scalars
    let allowed = digits.allSatisfy { scalar in
      scalar.isASCII && !"xXpP()".unicodeScalars.contains(scalar)
    }
    guard allowed, let plain = withoutUnderscores(digits[...]) else { return nil }
    return Double(plain)
  }

  /// Single underscores may stand between digits.
  private static func withoutUnderscores(_ digits: ArraySlice<Unicode.Scalar>) -> String? {
    guard digits.contains("_") else { return Text(digits).string }
    var previous: Unicode.Scalar = "_"
    for scalar in digits {
      if scalar == "_", previous.hexDigit == nil { return nil }
      if previous == "_", scalar.hexDigit == nil { return nil }
      previous = scalar
    }
    return previous == "_" ? nil : Text(digits.filter { $0 != "_" }).string
  }

  /// To `precision` decimals, ties to even of the exact value.
  static func round(_ value: Double, _ precision: Int) -> Double {
    guard value.isFinite else { return value }
    if precision >= 0 {
      guard precision < 340 else { return value }
      return Double(String(format: "%.\(precision)f", value)) ?? value
    }
    guard precision > -310 else { return 0 }
    let scale = pow(10, Double(-precision))
    return (value / scale).rounded(.toNearestOrEven) * scale
  }
}
