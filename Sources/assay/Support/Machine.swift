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

  /// Memory of this process alone, in bytes, without what is mapped from files; where the system
  /// does not tell, the peak.
  static var privateMemory: Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
      case let pages = text.split(separator: " ").compactMap({ Int($0) }), pages.count > 2
    else { return peakMemory }
    return (pages[1] - pages[2]) * sysconf(Int32(_SC_PAGESIZE))
  }
}
