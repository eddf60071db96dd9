import Foundation

#if os(Linux)
  private let rusageSelf = __rusage_who_t(RUSAGE_SELF.rawValue)
#else
  private let rusageSelf = RUSAGE_SELF
#endif

enum Machine {
  /// The most memory that this process has had resident, in bytes.
  static var peakMemory: Int {
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
  static var residentMemory: Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
      let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return peakMemory }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }
}
