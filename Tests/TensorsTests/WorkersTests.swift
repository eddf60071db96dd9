import Synchronization
import Tensors
import Testing

@Suite struct WorkersTests {
  struct Refusal: Error, Equatable { let item: Int }

  @Test("Every item runs exactly once, run after run", arguments: [1, 2, 4])
  func everyItem(threads: Int) {
    let workers = Workers(threads: threads)
    for count in [0, 1, 2, 3, 64] {
      for _ in 0..<500 {
        let seen = Mutex([Int](repeating: 0, count: count))
        workers.run(count: count) { item, worker in
          #expect(worker >= 0 && worker < threads)
          seen.withLock { $0[item] += 1 }
        }
        #expect(seen.withLock { $0 } == [Int](repeating: 1, count: count))
      }
    }
  }

  @Test("No two items run as the same worker at once, and what they wrote is there afterwards")
  func isolation() {
    let workers = Workers(threads: 4)
    nonisolated(unsafe) let totals = UnsafeMutablePointer<Int>.allocate(capacity: 4)
    totals.initialize(repeating: 0, count: 4)
    defer { totals.deallocate() }
    for _ in 0..<2000 { workers.run(count: 7) { item, worker in totals[worker] += item } }
    #expect((0..<4).reduce(0) { $0 + totals[$1] } == 2000 * 21)
  }

  @Test("The first error stops the run and comes back", arguments: [1, 3])
  func errors(threads: Int) {
    let workers = Workers(threads: threads)
    // More items than anyone could run: coming back at all is the proof, however long the worker
    // that throws is kept from its core.
    for _ in 0..<200 {
      #expect(throws: Refusal(item: 5)) {
        try workers.run(count: 1 << 50) { item, _ in
          if item == 5 { throw Refusal(item: item) }
        }
      }
    }
    workers.run(count: 3) { _, _ in }
  }

  @Test("A run inside a run does its own items")
  func nested() {
    let workers = Workers(threads: 2)
    let total = Atomic<Int>(0)
    workers.run(count: 8) { _, _ in
      workers.run(count: 10) { item, _ in total.add(item, ordering: .relaxed) }
    }
    #expect(total.load(ordering: .relaxed) == 8 * 45)
  }

  @Test("Helpers that have gone to sleep wake up")
  func sleep() async throws {
    let workers = Workers(threads: 2)
    for _ in 0..<5 {
      try await Task.sleep(for: .milliseconds(5))
      let total = Atomic<Int>(0)
      workers.run(count: 10) { item, _ in total.add(item, ordering: .relaxed) }
      #expect(total.load(ordering: .relaxed) == 45)
    }
  }
}
