import Containers
import Tensors

/// What the storage takes: the same number of bytes, in pieces of a chunk's size, from as many
/// threads, synced, named and removed.
struct Storage {
  let byteCount: Int
  let threads: Int
  private let piece = 150_000

  func write(to path: String) throws {
    let file = try OutputFile(path: path, byteCount: byteCount, force: false)
    defer { file.discard() }
    let bytes = (0..<piece).map { _ in UInt8.random(in: 0...255) }
    try Workers(threads: threads).run(count: (byteCount + piece - 1) / piece) {
      (index, _) throws(FormatError) in
      let count = min(piece, byteCount - index * piece)
      try file.write(count == piece ? bytes : Array(bytes[..<count]), at: index * piece)
    }
    try file.synchronize()
  }
}
