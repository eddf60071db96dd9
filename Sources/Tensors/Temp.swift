extension BlockFormat {
  public var requiresImportance: Bool { false }
  public var isWeightType: Bool {
    dtype.isQuantized || dtype.rawValue.hasSuffix("F16") || dtype == .f32
  }
}
extension DType { static var xx: Int { 0 } }
