import Containers
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
  /// `1 token`, `2 tokens`.
  public static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
  /// What is stored in which type. Whatever is there shows.
  public static func shares(_ shares: [TypeShare]) -> String {
    shares.map { share in
      let text = share.share < 0.0005 ? "< 0.1 %" : percent(share.share, 1)
      return "\(share.type.name) \(text)"
    }.joined(separator: ", ")
  }
  /// A divergence with its unit, and its uncertainty where it has one.
  public static func nats(_ value: Double, _ digits: Int) -> String {
    value.isNaN ? "not a number" : fixed(value, digits) + " nats"
  }
  public static func nats(_ mean: Mean, _ digits: Int) -> String {
    mean.value.isNaN
      ? "not a number"
      : "\(fixed(mean.value, digits)) ± \(fixed(mean.standardError, digits)) nats"
  }
  public static func fixed(_ value: Double, _ digits: Int) -> String {
    value.isNaN ? "NaN" : String(format: "%.\(digits)f", value)
  }
  /// Unrounded, for what is compared with a limit.
  public static func exact(_ value: Double) -> String { value.isNaN ? "NaN" : "\(value)" }
  public static func scientific(_ value: Double) -> String {
    value.isNaN ? "NaN" : value == 0 ? "0" : String(format: "%.3e", value)
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
