/// A parsed JSON value: a view into an immutable document.
///
/// Members keep their order; duplicate keys, trailing text, invalid UTF-8 and lone surrogates are
/// errors; depth and size are limited (`Limits`). Strings are bytes until somebody asks for text.
/// A document is one array of fixed-size nodes, so an 11 MB tokenizer.json costs no allocation per
/// value.
///
/// Source: RFC 8259.
public struct JSON: Sendable {
  /// Bounds on what a document may hold.
  public struct Limits: Sendable {
    public var bytes = 1 << 30
    public var depth = 128
    public init() {}
  }
  public enum Kind: UInt8, Sendable { case null, bool, number, string, array, object }

  let document: JSONDocument
  let index: Int

  /// Parses a whole document. `file` and `base` place errors: the file and the offset of byte 0.
  public init(_ bytes: [UInt8], file: String, base: Int = 0, limits: Limits = Limits())
    throws(FormatError)
  {
    document = try JSONDocument(bytes, file: file, base: base, limits: limits)
    index = 0
  }
  init(document: JSONDocument, index: Int) {
    self.document = document
    self.index = index
  }

  private var node: JSONNode { document.nodes[index] }
  public var kind: Kind { node.kind }
  public var isNull: Bool { kind == .null }
  /// Number of elements or members; 0 for anything else.
  public var count: Int { kind == .array || kind == .object ? Int(node.end) : 0 }

  public var bool: Bool? { kind == .bool ? node.end == 1 : nil }
  /// The string's bytes with escapes resolved.
  public var bytes: ByteString? { kind == .string ? ByteString(document.stringBytes(index)) : nil }
  /// The same without a copy, where the string holds no escape.
  public var slice: ArraySlice<UInt8>? { kind == .string ? document.stringBytes(index) : nil }
  public var string: String? { bytes?.text }
  /// The number's text as the file spells it.
  public var numberText: String? {
    kind == .number
      ? String(decoding: document.bytes[Int(node.start)..<Int(node.end)], as: UTF8.self) : nil
  }
  public var double: Double? { numberText.flatMap(Double.init) }
  /// A whole number that fits, however it is spelled (`1e3`, `32.0`).
  public var int: Int? {
    if let digits = document.digits(index) { return digits }
    guard let text = numberText else { return nil }
    return Int(text) ?? Double(text).flatMap(Int.init(exactly:))
  }

  /// The value of a member; nil where this is no object or has no such key.
  public subscript(key: String) -> JSON? { self[ByteString(key)] }
  public subscript(key: ByteString) -> JSON? {
    for member in members where member.key.elementsEqual(key.bytes) { return member.value }
    return nil
  }
  /// As the subscript, but nil for an explicit null as well.
  public func present(_ key: String) -> JSON? { self[key].flatMap { $0.isNull ? nil : $0 } }

  public var elements: Elements {
    Elements(document: document, index: kind == .array ? index : nil)
  }
  public var members: Members { Members(document: document, index: kind == .object ? index : nil) }

  /// Calls `body` with the strings of every element of an array: an element is a string, or an array
  /// of strings; any other has none. A million elements are read without a copy of any.
  public func forEachElement<Failure: Error>(
    _ body: (Kind, _ strings: [Range<Int>], _ text: Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    guard kind == .array else { return }
    let (nodes, bytes) = (document.nodes, document.bytes)
    var strings: [Range<Int>] = []
    var place = index + 1
    let end = Int(nodes[index].next)
    while place < end {
      let next = Int(nodes[place].next)
      strings.removeAll(keepingCapacity: true)
      var inner = nodes[place].kind == .array ? place + 1 : place
      var isEscaped = false
      while inner < next {
        let node = nodes[inner]
        guard node.kind == .string else {
          strings.removeAll()
          break
        }
        isEscaped = isEscaped || node.escaped
        strings.append(Int(node.start)..<Int(node.end))
        inner = Int(node.next)
      }
      let kind = nodes[place].kind
      if !isEscaped {
        try body(kind, strings, bytes.span)
      } else {
        var copies: [UInt8] = []
        for (index, range) in strings.enumerated() {
          let start = copies.count
          copies += JSONEscapes.resolve(bytes[range])
          strings[index] = start..<copies.count
        }
        try body(kind, strings, copies.span)
      }
      place = next
    }
  }

  public struct Elements: Sequence, IteratorProtocol {
    private let document: JSONDocument
    private var next_: Int
    private let end: Int

    init(document: JSONDocument, index: Int?) {
      self.document = document
      next_ = index.map { $0 + 1 } ?? 0
      end = index.map { Int(document.nodes[$0].next) } ?? 0
    }
    public mutating func next() -> JSON? {
      guard next_ < end else { return nil }
      defer { next_ = Int(document.nodes[next_].next) }
      return JSON(document: document, index: next_)
    }
  }

  public struct Members: Sequence, IteratorProtocol {
    private let document: JSONDocument
    private var next_: Int
    private let end: Int

    init(document: JSONDocument, index: Int?) {
      self.document = document
      next_ = index.map { $0 + 1 } ?? 0
      end = index.map { Int(document.nodes[$0].next) } ?? 0
    }
    /// Keys are bytes of the document where they hold no escape, so iterating copies nothing.
    public mutating func next() -> (key: ArraySlice<UInt8>, value: JSON)? {
      guard next_ < end else { return nil }
      let value = next_ + 1
      defer { next_ = Int(document.nodes[value].next) }
      return (document.stringBytes(next_), JSON(document: document, index: value))
    }
  }
}

/// One value of a document. `start`/`end` are the byte range of a string or number (quotes left
/// out); `end` is the count of a container and the value of a boolean; `next` is the node after
/// this value and all that it holds.
struct JSONNode: Sendable {
  var kind: JSON.Kind
  var escaped = false
  var start: UInt32 = 0
  var end: UInt32 = 0
  var next: UInt32 = 0
}

final class JSONDocument: Sendable {
  let bytes: [UInt8]
  let nodes: [JSONNode]

  init(_ bytes: [UInt8], file: String, base: Int, limits: JSON.Limits) throws(FormatError) {
    guard bytes.count <= min(limits.bytes, Int(UInt32.max) / 2) else {
      throw FormatError(
        .damaged, "the JSON text is too large", file: file, offset: base,
        expected: "at most \(limits.bytes) bytes", found: "\(bytes.count)")
    }
    var parser = JSONParser(bytes: bytes.span, file: file, base: base, depthLimit: limits.depth)
    try parser.parseDocument()
    self.bytes = bytes
    nodes = parser.nodes
  }

  /// The value of a number that is nothing but a few digits, as nearly all are.
  func digits(_ index: Int) -> Int? {
    let node = nodes[index]
    guard node.kind == .number, node.end - node.start < 18 else { return nil }
    var value = 0
    for place in Int(node.start)..<Int(node.end) {
      guard bytes[place] >= UInt8(ascii: "0"), bytes[place] <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + Int(bytes[place] - UInt8(ascii: "0"))
    }
    return value
  }

  /// The bytes of a string node, with escapes resolved. The parser has validated every escape.
  func stringBytes(_ index: Int) -> ArraySlice<UInt8> {
    let node = nodes[index]
    let raw = bytes[Int(node.start)..<Int(node.end)]
    return node.escaped ? JSONEscapes.resolve(raw)[...] : raw
  }
}
