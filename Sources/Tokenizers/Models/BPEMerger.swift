/// Merges the parts of one piece.
///
/// A short piece is searched for its best pair again and again; a long one keeps its pairs in a
/// heap and its parts in a linked list, so that a word of a megabyte takes n log n steps.
struct BPEMerger {
  var hasPendingUnknown = false
  private var ids: [UInt32] = []
  /// The rank of each part and the next one.
  private var ranks: [UInt32] = []
  private var next: [Int32] = []
  private var previous: [Int32] = []
  /// Rank above position: the smallest is the pair to merge.
  private var heap: [UInt64] = []

  private static let shortLength = 24

  mutating func reset() {
    ids.removeAll(keepingCapacity: true)
    hasPendingUnknown = false
  }

  mutating func append(_ id: UInt32) { ids.append(id) }

  /// The parts, where they are two.
  var pair: (left: UInt32, right: UInt32)? { ids.count == 2 ? (ids[0], ids[1]) : nil }

  func appendIDs(to result: inout [Int]) { for id in ids { result.append(Int(id)) } }

  mutating func merge(_ merges: PairTable, _ results: [UInt32]) {
    if ids.count < 2 { return }
    if ids.count <= BPEMerger.shortLength {
      mergeShort(merges, results)
    } else {
      mergeLong(merges, results)
    }
  }

  private mutating func mergeShort(_ merges: PairTable, _ results: [UInt32]) {
    ranks.removeAll(keepingCapacity: true)
    for index in 0..<ids.count - 1 { ranks.append(merges.value(ids[index], ids[index + 1])) }
    while true {
      var best = 0
      var rank = PairTable.missing
      for index in ranks.indices where ranks[index] < rank {
        rank = ranks[index]
        best = index
      }
      guard rank != PairTable.missing else { return }
      ids[best] = results[Int(rank)]
      ids.remove(at: best + 1)
      ranks.remove(at: best)
      if best > 0 { ranks[best - 1] = merges.value(ids[best - 1], ids[best]) }
      if best < ranks.count { ranks[best] = merges.value(ids[best], ids[best + 1]) }
    }
  }

  private mutating func mergeLong(_ merges: PairTable, _ results: [UInt32]) {
    let count = ids.count
    next = (1...count).map { $0 == count ? -1 : Int32($0) }
    previous = (0..<count).map { Int32($0) - 1 }
    heap.removeAll(keepingCapacity: true)
    for index in 0..<count - 1 { push(index, merges) }
    while let entry = pop() {
      let (rank, left) = (Int(entry >> 32), Int(UInt32(truncatingIfNeeded: entry)))
      // A part that was merged away has no next part.
      let right = Int(next[left])
      guard right >= 0 else { continue }
      // Stale unless the pair still makes the same token.
      let current = merges.value(ids[left], ids[right])
      guard current != PairTable.missing, results[Int(current)] == results[rank] else { continue }
      ids[left] = results[rank]
      let after = next[right]
      next[left] = after
      next[right] = -1
      ids[right] = PairTable.missing
      if after >= 0 {
        previous[Int(after)] = Int32(left)
        push(left, merges)
      }
      if previous[left] >= 0 { push(Int(previous[left]), merges) }
    }
    ids.removeAll { $0 == PairTable.missing }
  }

  private mutating func push(_ left: Int, _ merges: PairTable) {
    let rank = merges.value(ids[left], ids[Int(next[left])])
    guard rank != PairTable.missing else { return }
    heap.append(UInt64(rank) << 32 | UInt64(left))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      if heap[parent] <= heap[child] { break }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  private mutating func pop() -> UInt64? {
    guard let top = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return top }
    heap[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { return top }
      if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
      if heap[parent] <= heap[child] { return top }
      heap.swapAt(parent, child)
      parent = child
    }
  }
}
