/// Strings and the number of each, walked byte by byte.
///
/// An edge is one word of a hash table: the node that it leaves, its byte and the node that it enters.
struct ByteTrie: Sendable {
  typealias Node = UInt32

  static let root: Node = 0
  static let missing = Int32(-1)

  private var edges: [UInt64]
  private var used = 0
  private var values: [Int32] = [missing]

  private static let byteShift: UInt64 = 28
  private static let nodeShift: UInt64 = 36
  /// Node numbers are 28 bits wide.
  private static let nodeLimit = 1 << 28

  /// `bytes` is about how many the strings have together.
  init(bytes: Int = 0) {
    edges = [UInt64](repeating: 0, count: Hashing.tableSize(for: bytes / 2))
  }

  var isEmpty: Bool { used == 0 }

  /// The number of the string that ends at a node, or `missing`.
  @inline(__always)
  func value(_ node: Node) -> Int32 { values[Int(node)] }

  @inline(__always)
  func child(_ node: Node, _ byte: UInt8) -> Node? {
    let edge = edges[slot(node, byte)]
    return edge == 0 ? nil : Node(truncatingIfNeeded: edge & (1 << ByteTrie.byteShift - 1))
  }

  /// Calls `body` with every string that `text` starts with: its number and its end.
  @inline(__always)
  func forEachPrefix(
    of text: UnsafeRawBufferPointer, from start: Int, _ body: (Int32, Int) -> Void
  ) {
    edges.withUnsafeBufferPointer { edges in
      values.withUnsafeBufferPointer { values in
        let mask = edges.count - 1
        var node = ByteTrie.root
        var place = start
        while place < text.count {
          let edge = edges[ByteTrie.slot(ByteTrie.key(node, text[place]), edges, mask)]
          if edge == 0 { return }
          node = Node(truncatingIfNeeded: edge & (1 << ByteTrie.byteShift - 1))
          place += 1
          let value = values[Int(node)]
          if value != ByteTrie.missing { body(value, place) }
        }
      }
    }
  }

  func node(_ text: some Sequence<UInt8>) -> Node? {
    var node = ByteTrie.root
    for byte in text {
      guard let next = child(node, byte) else { return nil }
      node = next
    }
    return node
  }

  /// Gives a string a number. The first one that a string is given stays. Returns false where the
  /// trie is full.
  mutating func insert(_ text: some Sequence<UInt8>, _ value: Int32) -> Bool {
    var node = ByteTrie.root
    for byte in text {
      if (used + 1) * 2 > edges.count { grow() }
      let slot = slot(node, byte)
      if edges[slot] == 0 {
        guard values.count < ByteTrie.nodeLimit else { return false }
        edges[slot] = ByteTrie.key(node, byte) | UInt64(values.count)
        values.append(ByteTrie.missing)
        used += 1
      }
      node = Node(truncatingIfNeeded: edges[slot] & (1 << ByteTrie.byteShift - 1))
    }
    if values[Int(node)] == ByteTrie.missing { values[Int(node)] = value }
    return true
  }

  @inline(__always)
  private static func key(_ node: Node, _ byte: UInt8) -> UInt64 {
    UInt64(node) << nodeShift | UInt64(byte) << byteShift
  }

  /// Where an edge is, or would be: no edge is 0, because none enters the root.
  @inline(__always)
  private func slot(_ node: Node, _ byte: UInt8) -> Int {
    edges.withUnsafeBufferPointer {
      ByteTrie.slot(ByteTrie.key(node, byte), $0, $0.count - 1)
    }
  }

  @inline(__always)
  private static func slot(_ key: UInt64, _ edges: UnsafeBufferPointer<UInt64>, _ mask: Int) -> Int
  {
    var slot = Int(truncatingIfNeeded: Hashing.mix(key, 0x9fb2_1c65_1e98_df25)) & mask
    while edges[slot] != 0, edges[slot] >> byteShift != key >> byteShift {
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    let old = edges
    edges = [UInt64](repeating: 0, count: old.count * 2)
    for edge in old where edge != 0 {
      let byte = UInt8(truncatingIfNeeded: edge >> ByteTrie.byteShift)
      edges[slot(Node(truncatingIfNeeded: edge >> ByteTrie.nodeShift), byte)] = edge
    }
  }
}
