import Foundation

/// The time that `strftime_now` tells, so that a rendering can be repeated.
public struct TemplateClock: Sendable {
  public var now: @Sendable () -> Date
  public var timeZone: TimeZone

  public init(
    now: @escaping @Sendable () -> Date = { Date() }, timeZone: TimeZone = .current
  ) {
    self.now = now
    self.timeZone = timeZone
  }

  /// A clock that stands still.
  public static func stopped(at date: Date, timeZone: TimeZone = .gmt) -> TemplateClock {
    TemplateClock(now: { date }, timeZone: timeZone)
  }

  /// The time by a format of C's `strftime`, in English; empty where that is too long.
  func formatted(_ format: String) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = timeZone
    let date = now()
    let parts = calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second, .weekday, .nanosecond], from: date)
    var time = tm()
    time.tm_year = Int32(clamping: (parts.year ?? 1900) - 1900)
    time.tm_mon = Int32(clamping: (parts.month ?? 1) - 1)
    time.tm_mday = Int32(clamping: parts.day ?? 1)
    time.tm_hour = Int32(clamping: parts.hour ?? 0)
    time.tm_min = Int32(clamping: parts.minute ?? 0)
    time.tm_sec = Int32(clamping: parts.second ?? 0)
    time.tm_wday = Int32(clamping: (parts.weekday ?? 1) - 1)
    time.tm_yday = Int32(clamping: (calendar.ordinality(of: .day, in: .year, for: date) ?? 1) - 1)
    time.tm_isdst = -1
    let microseconds = String((parts.nanosecond ?? 0) / 1000)
    let format = TemplateClock.withoutZone(
      format, microseconds: String(repeating: "0", count: 6 - microseconds.count) + microseconds)
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = strftime(&buffer, buffer.count, format, &time)
    return String(decoding: buffer.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Python's time has no zone, and microseconds of its own.
  private static func withoutZone(_ format: String, microseconds: String) -> String {
    var result = ""
    var scalars = format.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      guard scalar == "%", let directive = scalars.next() else {
        result.unicodeScalars.append(scalar)
        continue
      }
      switch directive {
      case "f": result += microseconds
      case "z", "Z": break
      default: result.unicodeScalars.append(contentsOf: [scalar, directive])
      }
    }
    return result
  }
}
