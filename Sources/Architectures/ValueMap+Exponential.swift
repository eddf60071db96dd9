import Foundation

extension ValueMap {
  /// Rounded once from double, as near to any library's float function as can be.
  static func exp(_ x: Float) -> Float { Float(Foundation.exp(Double(x))) }
  static func log(_ x: Float) -> Float { Float(Foundation.log(Double(x))) }
}
