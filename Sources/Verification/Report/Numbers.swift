import Foundation

/// Numbers as people read them. JSON gets them unrounded.
public enum Numbers {
  /// Decimal units, as disks and downloads are sold.
  public static func bytes(_ count: Int) -> String {
    scaled(Double(count), [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")]) ?? "\(count) B"
  }
  public static func count(_ count: Int) -> String {
    guard count >= 1_000_000 else { return "\(count)" }
    return scaled(Double(count), [(1e12, "T"), (1e9, "B"), (1e6, "M")], space: "") ?? "\(count)"
  }
  private static func scaled(_ value: Double, _ units: [(Double, String)], space: String = " ")
    -> String?
  {
    guard let (size, unit) = units.first(where: { value >= $0.0 }) else { return nil }
    let number = value / size
    return String(format: number < 10 ? "%.2f" : number < 100 ? "%.1f" : "%.0f", number) + space
      + unit
  }
  public static func fixed(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }
  public static func scientific(_ value: Double) -> String {
    value == 0 ? "0" : String(format: "%.3e", value)
  }
  public static func percent(_ share: Double, _ digits: Int = 2) -> String {
    fixed(share * 100, digits) + " %"
  }
  public static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    if seconds < 10 { return fixed(seconds, 1) + " s" }
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
