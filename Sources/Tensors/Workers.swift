import CKernels
import Foundation
import Synchronization

/// A few threads that share out numbered items.
///
/// The caller is worker 0 and takes part, so one thread means no other thread at all. Items are
/// handed out by a counter, in order; which worker gets which is not determined, so results must
/// not depend on it. One run at a time has the helpers: a run that starts inside or beside another
/// one does all its items itself, as worker 0.
public final class Workers: Sendable {
  public let threads: Int
  private let crew: Crew

  public init(threads: Int = ProcessInfo.processInfo.activeProcessorCount) {
    self.threads = min(max(1, threads), Crew.most)
    let crew = Crew()
    self.crew = crew
    for worker in 1..<self.threads {
      Thread.detachNewThread { crew.serve(as: worker) }
    }
  }

  deinit { crew.dismiss() }

  /// Calls `body(item, worker)` once for every item in `0..<count` and returns when all are done.
  /// A body that throws stops the run: no further item starts, and the first error is rethrown.
  public func run<Failure: Error>(
    count: Int, _ body: @Sendable (_ item: Int, _ worker: Int) throws(Failure) -> Void
  ) throws(Failure) {
    let failure = Mutex<Failure?>(nil)
    crew.run(count: count, alone: threads == 1) { item, worker in
      do throws(Failure) {
        try body(item, worker)
        return true
      } catch {
        failure.withLock { if $0 == nil { $0 = error } }
        return false
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }
}

/// What the threads share.
///
/// `door` holds the number of the run, whether it is open, and how many helpers are inside. A
/// helper enters by one compare-and-swap while the run is open; the caller closes the door when the
/// items are given out and waits for those inside. A helper that sleeps through a short run is
/// never waited for.
private final class Crew: Sendable {
  /// Returns false to stop the run.
  typealias Body = @Sendable (Int, Int) -> Bool

  /// Those inside must fit into `inside`, and nobody has more processors.
  static let most = 4096
  private static let inside: UInt64 = 0xffff
  private static let open: UInt64 = 1 << 16
  private static let number: UInt64 = 1 << 17
  /// Some ten microseconds: longer than the gap between two matrices, shorter than a time slice.
  private static let patience = 1000

  private let door = Atomic<UInt64>(0)
  private let busy = Atomic<Bool>(false)
  private let dismissed = Atomic<Bool>(false)
  private let next = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let callerSleeps = Atomic<Bool>(false)
  private let condition = NSCondition()
  /// Written by the caller while nobody is inside; read only by those inside.
  private nonisolated(unsafe) var body: Body?
  private nonisolated(unsafe) var count = 0

  func run(count: Int, alone: Bool, _ body: Body) {
    guard count > 0 else { return }
    if alone || count == 1 || busy.exchange(true, ordering: .acquiring) {
      for item in 0..<count where !body(item, 0) { return }
      return
    }
    withoutActuallyEscaping(body) { body in
      self.body = body
      self.count = count
      next.store(0, ordering: .relaxed)
      // Sequentially consistent, as is the look at the sleepers: either the helper sees the open
      // door before it sleeps, or this sees the helper.
      door.store(
        (door.load(ordering: .relaxed) &+ Crew.number) | Crew.open,
        ordering: .sequentiallyConsistent)
      if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wake() }
      work(as: 0)
      close()
      self.body = nil
    }
    busy.store(false, ordering: .releasing)
  }

  /// In a function of its own, so that no reference to the body outlives it.
  @inline(never)
  private func work(as worker: Int) {
    guard let body else { return }
    while true {
      let item = next.add(1, ordering: .relaxed).oldValue
      if item >= count { return }
      if !body(item, worker) { next.store(count, ordering: .relaxed) }
    }
  }

  private func close() {
    var state = door.bitwiseAnd(~Crew.open, ordering: .sequentiallyConsistent).newValue
    for _ in 0..<Crew.patience where state & Crew.inside != 0 {
      assay_relax()
      state = door.load(ordering: .acquiring)
    }
    guard state & Crew.inside != 0 else { return }
    condition.lock()
    callerSleeps.store(true, ordering: .sequentiallyConsistent)
    while door.load(ordering: .sequentiallyConsistent) & Crew.inside != 0 { condition.wait() }
    callerSleeps.store(false, ordering: .relaxed)
    condition.unlock()
  }

  func serve(as worker: Int) {
    var served: UInt64 = 0
    while let state = nextRun(after: served) {
      let entered = door.compareExchange(
        expected: state, desired: state &+ 1, ordering: .sequentiallyConsistent
      ).exchanged
      guard entered else { continue }  // another helper came first, or the door closed: look again
      served = state / Crew.number
      work(as: worker)
      let left = door.subtract(1, ordering: .sequentiallyConsistent).newValue
      if left & Crew.inside == 0, callerSleeps.load(ordering: .sequentiallyConsistent) { wake() }
    }
  }

  /// The door's state once it is open for a run other than `served`; nil when dismissed.
  private func nextRun(after served: UInt64) -> UInt64? {
    func look() -> UInt64? {
      let state = door.load(ordering: .sequentiallyConsistent)
      return state & Crew.open != 0 && state / Crew.number != served ? state : nil
    }
    for _ in 0..<Crew.patience {
      if let state = look() { return state }
      assay_relax()
    }
    condition.lock()
    defer { condition.unlock() }
    sleepers.add(1, ordering: .sequentiallyConsistent)
    defer { sleepers.subtract(1, ordering: .relaxed) }
    while !dismissed.load(ordering: .sequentiallyConsistent) {
      if let state = look() { return state }
      condition.wait()
    }
    return nil
  }

  func dismiss() {
    dismissed.store(true, ordering: .sequentiallyConsistent)
    wake()
  }

  private func wake() {
    condition.lock()
    condition.broadcast()
    condition.unlock()
  }
}
