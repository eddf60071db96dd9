import Foundation

#if os(Linux)
  private let rusageSelf = __rusage_who_t(RUSAGE_SELF.rawValue)
#else
  private let rusageSelf = RUSAGE_SELF
#endif

enum Machine {
  /// The most memory that this program has had resident, in bytes.
  static var peakMemory: Int {
    // Linux's getrusage also counts what the process was before it became this program.
    if let peak = status("VmHWM:") { return peak }
    var usage = rusage()
    getrusage(rusageSelf, &usage)
    // Linux counts kilobytes, macOS bytes.
    #if os(Linux)
      return Int(usage.ru_maxrss) * 1024
    #else
      return Int(usage.ru_maxrss)
    #endif
  }

  /// What this process has resident now, in bytes; where the system does not tell, the peak.
  static var residentMemory: Int { status("VmRSS:") ?? peakMemory }

  /// A line of Linux's account of this process, in bytes.
  private static func status(_ key: String) -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix(key) })
    else { return nil }
    return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
      .map { $0 * 1024 }
  }
}
