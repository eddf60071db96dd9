import CKernels
import Foundation

/// The C kernels of one instruction set. Every level gives the same bits; only the speed differs.
public struct Kernels: Sendable, CustomStringConvertible {
  /// Function pointers into constant data: immutable for the life of the process.
  public nonisolated(unsafe) let table: UnsafePointer<assay_kernels>

  /// Levels that this machine can run, slowest first. Never empty: the baseline is plain C.
  public static let available: [Kernels] = (0..<Int32(ASSAY_LEVELS)).compactMap { level in
    assay_kernels_at(level).map(Kernels.init(table:))
  }

  /// The fastest level, or the one that the environment variable `ASSAY_ISA` names
  /// (`baseline`, `x86-64-v3`, `x86-64-v4`). A level that is unknown or missing here gives the
  /// fastest too: the bits are the same.
  public static let active: Kernels = {
    let wanted = ProcessInfo.processInfo.environment["ASSAY_ISA"]
    return available.first { $0.description == wanted } ?? available[available.count - 1]
  }()

  public var description: String { String(cString: table.pointee.name) }
}
