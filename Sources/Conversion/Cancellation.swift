import Synchronization

/// A flag that a signal handler sets and long work looks at.
public final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)
  public init() {}
  public func cancel() { flag.store(true, ordering: .releasing) }
  public var isCancelled: Bool { flag.load(ordering: .acquiring) }
}

/// A conversion that was cancelled. What is done is kept; the same conversion goes on from there.
public struct Interrupted: Error {
  public let chunksDone: Int
  public let chunks: Int
}
