/// A set of characters: one bit for each that there is.
struct ScalarSet: Sendable {
  private var words: [UInt64]

  init() { words = [UInt64](repeating: 0, count: 0x110000 / 64) }

  /// `gapsAndLengths` are hexadecimal numbers: how far from the last run, how long, and so on.
  init(gapsAndLengths text: String) {
    self.init()
    for run in HexRuns(text, extra: 0) {
      for value in run.range { insert(value) }
    }
  }

  @inline(__always)
  func contains(_ scalar: Unicode.Scalar) -> Bool {
    words[Int(scalar.value >> 6)] >> UInt64(scalar.value & 63) & 1 == 1
  }

  mutating func insert(_ value: UInt32) {
    guard value < 0x110000 else { return }
    words[Int(value >> 6)] |= 1 << UInt64(value & 63)
  }
}

/// Runs of characters as a table spells them: the gap before, the length, and, where `extra` is 1,
/// what the characters have in common.
struct HexRuns: Sequence, IteratorProtocol {
  private var numbers: [UInt32]
  private var place = 0
  private var last: UInt32 = 0
  private let extra: Int

  init(_ text: String, extra: Int) {
    self.extra = extra
    numbers = text.split(whereSeparator: \.isWhitespace).compactMap { UInt32($0, radix: 16) }
  }

  mutating func next() -> (range: Range<UInt32>, extra: UInt32)? {
    guard place + 2 + extra <= numbers.count else { return nil }
    defer { place += 2 + extra }
    let start = last + numbers[place]
    last = start + numbers[place + 1]
    return (start..<last, extra == 0 ? 0 : numbers[place + 2])
  }
}
