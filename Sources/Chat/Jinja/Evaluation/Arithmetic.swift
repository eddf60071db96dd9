import Foundation

/// Python's arithmetic. Integers are 64 bits wide; what does not fit is an error.
enum Arithmetic {
  /// `unary` is the sign that stands alone, for the error message.
  static func combine(
    _ symbol: Operator, _ left: Value, _ right: Value, unary: String? = nil
  ) throws(TemplateError) -> Value {
    if unary != nil, case .undefined(let undefined) = right { throw undefined.error }
    guard let a = left.number, let b = right.number else {
      let message =
        unary.map { "bad operand type for unary \($0): '\(right.typeName)'" }
        ?? "unsupported operand type(s): '\(left.typeName)' and '\(right.typeName)'"
      throw TemplateError(.value, message)
    }
    // Python negates; zero minus zero would lose the sign.
    if unary == "-", case .float(let value) = b { return .float(-value) }
    if case .int(let a) = a, case .int(let b) = b { return try integers(symbol, a, b) }
    return .float(try floats(symbol, a.double, b.double))
  }

  private static func integers(
    _ symbol: Operator, _ a: Int, _ b: Int
  ) throws(TemplateError) -> Value {
    switch symbol {
    case .add: return try exact(a.addingReportingOverflow(b))
    case .subtract: return try exact(a.subtractingReportingOverflow(b))
    case .multiply: return try exact(a.multipliedReportingOverflow(by: b))
    case .divide:
      try require(b != 0)
      return .float(Double(a) / Double(b))
    case .floorDivide:
      try require(b != 0)
      let (quotient, overflow) = a.dividedReportingOverflow(by: b)
      if overflow { throw tooLarge }
      let (remainder, _) = a.remainderReportingOverflow(dividingBy: b)
      return .int(remainder != 0 && (remainder < 0) != (b < 0) ? quotient - 1 : quotient)
    case .modulo:
      try require(b != 0)
      let (remainder, _) = a.remainderReportingOverflow(dividingBy: b)
      return .int(remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder)
    case .power: return try power(a, b)
    }
  }

  private static func power(_ base: Int, _ exponent: Int) throws(TemplateError) -> Value {
    if exponent < 0 { return .float(try floats(.power, Double(base), Double(exponent))) }
    if base == 0 || base == 1 { return .int(exponent == 0 ? 1 : base) }
    if base == -1 { return .int(exponent.isMultiple(of: 2) ? 1 : -1) }
    var result = Value.int(1)
    // 64 doublings overflow whatever the base.
    for _ in 0..<min(exponent, 64) {
      result = try integers(.multiply, result.wholeNumber ?? 0, base)
    }
    return result
  }

  private static func floats(
    _ symbol: Operator, _ a: Double, _ b: Double
  ) throws(TemplateError) -> Double {
    switch symbol {
    case .add: return a + b
    case .subtract: return a - b
    case .multiply: return a * b
    case .divide:
      try require(b != 0)
      return a / b
    case .floorDivide:
      try require(b != 0)
      return ((a - modulo(a, b)) / b).rounded()
    case .modulo:
      try require(b != 0)
      return modulo(a, b)
    case .power:
      let result = pow(a, b)
      try require(!(a == 0 && b < 0))
      guard !result.isNaN || a.isNaN || b.isNaN else {
        throw TemplateError(.value, "a power of a negative number is complex")
      }
      guard result.isFinite || !a.isFinite || !b.isFinite else { throw tooLarge }
      return result
    }
  }

  private static func modulo(_ a: Double, _ b: Double) -> Double {
    let remainder = fmod(a, b)
    if remainder == 0 { return Double(signOf: b, magnitudeOf: 0) }
    return (remainder < 0) != (b < 0) ? remainder + b : remainder
  }

  private static func exact(
    _ result: (partialValue: Int, overflow: Bool)
  ) throws(TemplateError) -> Value {
    if result.overflow { throw tooLarge }
    return .int(result.partialValue)
  }
  private static func require(_ isNotZero: Bool) throws(TemplateError) {
    if !isNotZero { throw TemplateError(.value, "division by zero") }
  }
  static var tooLarge: TemplateError {
    TemplateError(.limit, "a number of the template is too large")
  }
}
