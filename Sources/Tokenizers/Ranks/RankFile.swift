import Containers

/// A tiktoken vocabulary: on every line a token in base64, and its rank, which is its id as well.
///
/// Source: https://github.com/openai/tiktoken/blob/main/tiktoken/load.py
struct RankFile: Equatable, Sendable {
  /// The bytes of every token, by rank. None twice, and every single byte is one.
  let tokens: ByteStrings
  /// The rank of each byte.
  let bytes: [UInt32]

  /// Throws `.damaged` where a token is empty, is there twice, or a byte is none.
  init(_ tokens: ByteStrings) throws(FormatError) {
    var bytes = [UInt32](repeating: .max, count: 256)
    for (rank, token) in tokens.indices.lazy.map({ ($0, tokens.slice($0)) }) {
      if token.count == 1, let byte = token.first { bytes[Int(byte)] = UInt32(rank) }
    }
    if let missing = bytes.firstIndex(of: .max) {
      throw FormatError(
        .damaged, "a byte is no token, so that a text with it has no ids", subject: "ranks",
        found: "no token for the byte \(missing)")
    }
    self.tokens = tokens
    self.bytes = bytes
  }

  /// Reads a file's text. Ranks may come in any order, but none may be missing.
  init(text: [UInt8]) throws(FormatError) {
    var reader = RankReader(bytes: text.count, lines: text.count { $0 == RankReader.newline } + 1)
    try self.init(try reader.read(text))
  }

  /// The file as its authors write it: in order, one space, every line ended.
  var text: [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(tokens.count * 18)
    for rank in tokens.indices {
      Base64.append(tokens.slice(rank), to: &text)
      text.append(UInt8(ascii: " "))
      text.append(contentsOf: String(rank).utf8)
      text.append(UInt8(ascii: "\n"))
    }
    return text
  }
}

/// Reads the lines of a rank file.
private struct RankReader {
  private var arena: [UInt8] = []
  /// Where in `arena` the token of each rank is.
  private var places: [Range<Int>?]

  static let newline = UInt8(ascii: "\n")

  /// No rank is as large as the number of lines: memory follows the file.
  init(bytes: Int, lines: Int) {
    places = Array(repeating: nil, count: lines)
    arena.reserveCapacity(bytes / 2)
  }

  mutating func read(_ text: [UInt8]) throws(FormatError) -> ByteStrings {
    var start = 0
    var count = 0
    while start < text.count {
      let end = text[start...].firstIndex(of: RankReader.newline) ?? text.count
      if try readLine(start..<end, of: text) { count += 1 }
      start = end + 1
    }
    var tokens = ByteStrings()
    tokens.reserve(count: count, bytes: arena.count)
    for (rank, place) in places.prefix(count).enumerated() {
      guard let place else {
        throw FormatError(
          .damaged, "a rank is missing", subject: "ranks",
          expected: "\(count) tokens with the ranks from 0 to \(count - 1)",
          found: "none for \(rank)")
      }
      tokens.append(arena[place])
    }
    return tokens
  }

  /// Returns false for an empty line.
  private mutating func readLine(_ line: Range<Int>, of text: [UInt8]) throws(FormatError) -> Bool {
    func malformed(_ message: String) -> FormatError {
      FormatError(
        .damaged, message, offset: line.lowerBound, subject: "ranks",
        expected: "`IQ== 0` and so on", found: ByteString(text[line].prefix(100)).text)
    }
    let span = text.span
    var place = line.lowerBound
    let token = RankReader.word(span, &place, line.upperBound)
    if token.isEmpty { return false }
    let number = RankReader.word(span, &place, line.upperBound)
    guard RankReader.word(span, &place, line.upperBound).isEmpty,
      let rank = RankReader.number(span, number)
    else { throw malformed("a line is not a token and its rank") }
    let start = arena.count
    guard Base64.decode(span, token, into: &arena) else {
      throw malformed("a token is not base64")
    }
    guard rank < places.count else { throw malformed("a rank is larger than the vocabulary") }
    guard places[rank] == nil else { throw malformed("two tokens have one rank") }
    places[rank] = start..<arena.count
    return true
  }

  /// The next word of a line, which may be empty.
  private static func word(_ text: Span<UInt8>, _ place: inout Int, _ end: Int) -> Range<Int> {
    while place < end, isSpace(text[place]) { place += 1 }
    let start = place
    while place < end, !isSpace(text[place]) { place += 1 }
    return start..<place
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  private static func number(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
    guard (1...9).contains(range.count) else { return nil }
    var number = 0
    for place in range {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[place]) else { return nil }
      number = number * 10 + Int(text[place] - UInt8(ascii: "0"))
    }
    return number
  }
}
