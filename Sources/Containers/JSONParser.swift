/// Fills the nodes of a `JSONDocument`. Recursion is bounded by `depthLimit`.
struct JSONParser: ~Escapable {
  private let bytes: Span<UInt8>
  private let file: String
  private let base: Int
  private let depthLimit: Int
  private var position = 0
  private(set) var nodes: [JSONNode] = []

  @_lifetime(copy bytes)
  init(bytes: Span<UInt8>, file: String, base: Int, depthLimit: Int) {
    self.bytes = bytes
    self.file = file
    self.base = base
    self.depthLimit = depthLimit
    nodes.reserveCapacity(bytes.count / 8 + 16)
  }

  @_lifetime(self: copy self)
  mutating func parseDocument() throws(FormatError) {
    do { _ = try UTF8Span(validating: bytes) } catch {
      throw failure("the text is not valid UTF-8", at: error.byteOffsets.lowerBound)
    }
    try parseValue(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw failure("there is text after the JSON value") }
  }

  private func failure(_ message: String, at place: Int? = nil, subject: String? = nil)
    -> FormatError
  {
    FormatError(
      .damaged, "invalid JSON: \(message)", file: file, offset: base + (place ?? position),
      subject: subject, remedy: "The file is damaged: download it again.")
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  @_lifetime(self: copy self)
  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0a, 0x0d, 0x09: position += 1
      default: return
      }
    }
  }

  @_lifetime(self: copy self)
  private mutating func parseValue(depth: Int) throws(FormatError) {
    guard depth < depthLimit else { throw failure("nested deeper than \(depthLimit) levels") }
    skipSpace()
    guard let byte = current else { throw failure("the text ends where a value is expected") }
    switch byte {
    case UInt8(ascii: "{"): try parseObject(depth: depth)
    case UInt8(ascii: "["): try parseArray(depth: depth)
    case UInt8(ascii: "\""): try parseString()
    case UInt8(ascii: "t"): try parseWord("true", .bool, 1)
    case UInt8(ascii: "f"): try parseWord("false", .bool, 0)
    case UInt8(ascii: "n"): try parseWord("null", .null, 0)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try parseNumber()
    default: throw failure("a value is expected here")
    }
  }

  @_lifetime(self: copy self)
  private mutating func parseWord(_ word: String, _ kind: JSON.Kind, _ value: UInt32)
    throws(FormatError)
  {
    var place = position
    for letter in word.utf8 {
      guard place < bytes.count, bytes[place] == letter else { throw failure("unknown word") }
      place += 1
    }
    nodes.append(JSONNode(kind: kind, end: value, next: UInt32(nodes.count + 1)))
    position = place
  }

  @_lifetime(self: copy self)
  private mutating func parseNumber() throws(FormatError) {
    let start = position
    if current == UInt8(ascii: "-") { position += 1 }
    let whole = digits()
    guard whole > 0, whole == 1 || bytes[position - whole] != UInt8(ascii: "0") else {
      throw failure("malformed number", at: start)
    }
    if current == UInt8(ascii: ".") {
      position += 1
      guard digits() > 0 else { throw failure("malformed number", at: start) }
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      guard digits() > 0 else { throw failure("malformed number", at: start) }
    }
    nodes.append(
      JSONNode(
        kind: .number, start: UInt32(start), end: UInt32(position), next: UInt32(nodes.count + 1)))
  }

  @_lifetime(self: copy self)
  private mutating func digits() -> Int {
    let start = position
    while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      position += 1
    }
    return position - start
  }

  @_lifetime(self: copy self)
  private mutating func parseString() throws(FormatError) {
    let start = position + 1
    // A local one stays in a register.
    var place = start
    var escaped = false
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "\""):
        nodes.append(
          JSONNode(
            kind: .string, escaped: escaped, start: UInt32(start), end: UInt32(place),
            next: UInt32(nodes.count + 1)))
        position = place + 1
        return
      case UInt8(ascii: "\\"):
        escaped = true
        guard let length = JSONEscapes.length(bytes, at: place) else {
          throw failure("invalid escape in a string", at: place)
        }
        place += length
      case 0..<0x20: throw failure("control character in a string", at: place)
      default: place += 1
      }
    }
    throw failure("the text ends inside a string", at: start)
  }

  @_lifetime(self: copy self)
  private mutating func parseArray(depth: Int) throws(FormatError) {
    let node = nodes.count
    nodes.append(JSONNode(kind: .array))
    position += 1
    var count: UInt32 = 0
    skipSpace()
    if current == UInt8(ascii: "]") {
      position += 1
    } else {
      while true {
        try parseValue(depth: depth + 1)
        count += 1
        if try closes(with: UInt8(ascii: "]"), "array") { break }
      }
    }
    nodes[node].end = count
    nodes[node].next = UInt32(nodes.count)
  }

  @_lifetime(self: copy self)
  private mutating func parseObject(depth: Int) throws(FormatError) {
    let node = nodes.count
    nodes.append(JSONNode(kind: .object))
    position += 1
    var count: UInt32 = 0
    skipSpace()
    if current == UInt8(ascii: "}") {
      position += 1
    } else {
      while true {
        skipSpace()
        guard current == UInt8(ascii: "\"") else { throw failure("a key is expected here") }
        try parseString()
        skipSpace()
        guard current == UInt8(ascii: ":") else { throw failure("':' is expected after a key") }
        position += 1
        try parseValue(depth: depth + 1)
        count += 1
        if try closes(with: UInt8(ascii: "}"), "object") { break }
      }
    }
    nodes[node].end = count
    nodes[node].next = UInt32(nodes.count)
    try rejectDuplicates(of: node)
  }

  /// After an element: true at the closing bracket, false at a comma.
  @_lifetime(self: copy self)
  private mutating func closes(with bracket: UInt8, _ what: String) throws(FormatError) -> Bool {
    skipSpace()
    guard let byte = current else { throw failure("the text ends inside an \(what)") }
    position += 1
    if byte == bracket { return true }
    guard byte == UInt8(ascii: ",") else {
      throw failure("',' or the end of the \(what) is expected", at: position - 1)
    }
    return false
  }

  /// Keys compare as bytes after escapes are resolved.
  private func rejectDuplicates(of object: Int) throws(FormatError) {
    let count = Int(nodes[object].end)
    guard count > 1 else { return }
    // Open addressing over key nodes: no allocation per key.
    let capacity = 1 << (Int.bitWidth - (count * 2).leadingZeroBitCount)
    var table = [Int32](repeating: -1, count: capacity)
    var key = object + 1
    for _ in 0..<count {
      var slot = hash(of: key) & (capacity - 1)
      while table[slot] >= 0 {
        if equalKeys(Int(table[slot]), key) {
          throw failure("duplicate key", at: Int(nodes[key].start), subject: text(of: key))
        }
        slot = (slot + 1) & (capacity - 1)
      }
      table[slot] = Int32(key)
      key = Int(nodes[key + 1].next)
    }
  }

  private func resolved(_ key: Int) -> [UInt8] {
    let range = Int(nodes[key].start)..<Int(nodes[key].end)
    var raw: [UInt8] = []
    raw.reserveCapacity(range.count)
    for index in range { raw.append(bytes[index]) }
    return nodes[key].escaped ? JSONEscapes.resolve(raw[...]) : raw
  }
  private func text(of key: Int) -> String { String(decoding: resolved(key), as: UTF8.self) }

  /// Seeded per process by the standard library, so nobody can prepare colliding keys.
  private func hash(of key: Int) -> Int {
    var hasher = Hasher()
    if nodes[key].escaped {
      unsafe resolved(key).withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    } else {
      let key = bytes.extracting(Int(nodes[key].start)..<Int(nodes[key].end))
      unsafe key.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
    return hasher.finalize()
  }

  private func equalKeys(_ a: Int, _ b: Int) -> Bool {
    let (left, right) = (nodes[a], nodes[b])
    if left.escaped || right.escaped { return resolved(a) == resolved(b) }
    guard left.end - left.start == right.end - right.start else { return false }
    for offset in 0..<Int(left.end - left.start)
    where bytes[Int(left.start) + offset] != bytes[Int(right.start) + offset] {
      return false
    }
    return true
  }
}

/// Backslash escapes of JSON strings.
enum JSONEscapes {
  /// The length of the escape at `place` (a surrogate pair is one escape); nil where it is invalid.
  static func length(_ bytes: Span<UInt8>, at place: Int) -> Int? {
    guard place + 1 < bytes.count else { return nil }
    switch bytes[place + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return 2
    case UInt8(ascii: "u"):
      guard let unit = hex(at: place + 2, in: bytes.count, { bytes[$0] }) else { return nil }
      if !(0xd800..<0xe000).contains(unit) { return 6 }
      guard unit < 0xdc00, place + 12 <= bytes.count, bytes[place + 6] == UInt8(ascii: "\\"),
        bytes[place + 7] == UInt8(ascii: "u"),
        let low = hex(at: place + 8, in: bytes.count, { bytes[$0] }),
        (0xdc00..<0xe000).contains(low)
      else { return nil }
      return 12
    default: return nil
    }
  }

  /// The bytes of a string whose escapes the parser has validated.
  static func resolve(_ raw: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(raw.count)
    var index = raw.startIndex
    while index < raw.endIndex {
      let byte = raw[index]
      guard byte == UInt8(ascii: "\\"), index + 1 < raw.endIndex else {
        result.append(byte)
        index += 1
        continue
      }
      switch raw[index + 1] {
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0c)
      case UInt8(ascii: "n"): result.append(0x0a)
      case UInt8(ascii: "r"): result.append(0x0d)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "u"):
        var unit = hex(at: index + 2, in: raw.endIndex, { raw[$0] }) ?? 0xfffd
        if (0xd800..<0xdc00).contains(unit) {
          let low = hex(at: index + 8, in: raw.endIndex, { raw[$0] }) ?? 0xdc00
          unit = 0x10000 + ((unit - 0xd800) << 10) + (low & 0x3ff)
          index += 6
        }
        result.append(contentsOf: String(Unicode.Scalar(unit) ?? "\u{fffd}").utf8)
        index += 4
      case let other: result.append(other)
      }
      index += 2
    }
    return result
  }

  private static func hex(at place: Int, in end: Int, _ byte: (Int) -> UInt8) -> UInt32? {
    guard place + 4 <= end else { return nil }
    var value: UInt32 = 0
    for index in place..<place + 4 {
      guard let digit = Character(Unicode.Scalar(byte(index))).hexDigitValue,
        Character(Unicode.Scalar(byte(index))).isASCII
      else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
