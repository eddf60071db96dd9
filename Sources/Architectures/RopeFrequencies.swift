import Foundation

extension RopeScaling {
  /// base^(-2i/d), rounded where transformers rounds: the exponent to float, the power to float,
  /// its reciprocal to float.
  public static func frequencies(base: Float, headDimension: Int) -> [Float] {
    powers(base: base, headDimension).map { 1 / $0 }
  }

  /// base^(2i/d).
  static func powers(base: Float, _ rotated: Int) -> [Float] {
    (0..<rotated / 2).map { pair in
      Float(pow(Double(base), Double(Float(2 * pair) / Float(rotated))))
    }
  }
}

/// Which elements of a head are rotated together.
public enum RopeLayout: Sendable, CaseIterable {
  /// Element i with element i + d/2 (transformers; ggml calls it NeoX).
  case halves
  /// Element 2i with element 2i + 1 (Meta's original; ggml calls it NORM).
  case pairs
}
