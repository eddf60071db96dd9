import Containers

/// Tokens by id and ids by token: two arrays and a hash table, with no object per token.
struct TokenStore: Sendable {
  private var arena: [UInt8] = []
  private var places: [Place] = []
  private var index = ByteIndex(capacity: 0)

  fileprivate struct Place { var start: UInt32 = 0, count: UInt32 = UInt32.max }

  /// One more than the largest id.
  var count: Int { places.count }

  /// How long all tokens are together.
  var byteCount: Int { arena.count }

  init(capacity: Int = 0, bytes: Int = 0) {
    places.reserveCapacity(capacity)
    arena.reserveCapacity(bytes)
    index = ByteIndex(capacity: capacity)
  }

  enum Insertion { case inserted, sameText(as: Int), sameID, full }
  /// Places are 32 bits wide; what lies beyond is no vocabulary.
  private static let limit = Int(Int32.max)

  /// Adds a token. An id that skips others leaves holes, which no text finds.
  mutating func insert(_ text: ArraySlice<UInt8>, id: Int) -> Insertion {
    if id < places.count, !isHole(id) { return .sameID }
    guard arena.count + text.count < TokenStore.limit, id < TokenStore.limit else { return .full }
    let start = arena.count
    arena.append(contentsOf: text)
    if places.count <= id {
      places.append(contentsOf: repeatElement(Place(), count: id + 1 - places.count))
    }
    places[id] = Place(start: UInt32(start), count: UInt32(text.count))
    let existing = arena.withUnsafeBytes { arena in
      index.insert(UnsafeRawBufferPointer(rebasing: arena[start...]), id: id) {
        places[$0].bytes(in: arena)
      }
    }
    guard let existing else { return .inserted }
    arena.removeLast(text.count)
    places[id] = Place()
    return .sameText(as: existing)
  }

  /// Makes room so that `count` counts every id below it.
  mutating func pad(to count: Int) {
    guard count > places.count else { return }
    places.append(contentsOf: repeatElement(Place(), count: count - places.count))
  }

  func isHole(_ id: Int) -> Bool { places[id].count == UInt32.max }

  func slice(_ id: Int) -> ArraySlice<UInt8> {
    guard places.indices.contains(id), !isHole(id) else { return [] }
    let place = places[id]
    return arena[Int(place.start)..<Int(place.start) + Int(place.count)]
  }

  func id(_ text: ArraySlice<UInt8>) -> Int? { text.withUnsafeBytes { id($0) } }

  func id(_ text: some Sequence<UInt8>) -> Int? {
    text.withContiguousStorageIfAvailable { id(UnsafeRawBufferPointer($0)) }
      ?? Array(text).withUnsafeBytes { id($0) }
  }

  /// Looks at `guess` first.
  func id(_ text: UnsafeRawBufferPointer, guess: Int?) -> Int? {
    if let guess, places.indices.contains(guess), !isHole(guess),
      arena.withUnsafeBytes({ Hashing.equal(places[guess].bytes(in: $0), text) })
    {
      return guess
    }
    return id(text)
  }

  func id(_ text: UnsafeRawBufferPointer) -> Int? {
    arena.withUnsafeBytes { arena in index.find(text) { places[$0].bytes(in: arena) } }
  }
}

extension TokenStore.Place {
  fileprivate func bytes(in arena: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    count == UInt32.max
      ? UnsafeRawBufferPointer(start: nil, count: 0)
      : UnsafeRawBufferPointer(rebasing: arena[Int(start)..<Int(start) + Int(count)])
  }
}
