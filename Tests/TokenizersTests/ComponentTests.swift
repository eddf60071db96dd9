import Containers
import Testing

@testable import Tokenizers

/// What each component does by itself; see Fixtures/record/components.py.
@Suite("components do what those of `tokenizers` do") struct ComponentTests {
  /// FNV-1a over the recorder's numbers: every byte of every text, and a zero after each.
  static func digest(_ texts: [[UInt8]]) -> String {
    Goldens.fnv(texts.flatMap { text in text.map { Int($0) } + [0] })
  }

  static func texts() throws -> [[UInt8]] {
    try Goldens.texts().map(UTF8Text.repaired).filter {
      (1..<700).contains(String(decoding: $0, as: UTF8.self).unicodeScalars.count)
    }
  }

  /// All characters of a block of 4096, apart from each other.
  static func text(ofBlock block: Int) -> [UInt8] {
    let scalars = (block << 12..<(block + 1) << 12).compactMap { Unicode.Scalar(UInt32($0)) }
    return Array(scalars.map { Array(String($0).utf8) }.joined(separator: "q".utf8))
  }

  static func pieces(_ preTokenizer: PreTokenizer, _ text: [UInt8], _ matcher: Matcher) throws
    -> [[UInt8]]
  {
    var pieces = Pieces()
    let part = NormalText(text[...], isFirst: true)
    pieces.reset(to: part.bytes, origin: part.origin)
    try preTokenizer.apply(to: &pieces, matcher, keepsBytes: false)
    return pieces.bounds.map { Array(pieces.text[$0]) }
  }

  @Test(arguments: ["normalizer", "pre_tokenizer"]) func everyComponent(_ role: String) throws {
    let golden = try Goldens.json("tokenizers/components.json")
    let texts = try ComponentTests.texts()
    let blocks = golden["blocks"]?.elements.compactMap(\.int) ?? []
    let matcher = try Matcher.make()
    for entry in try #require(golden["components"]).elements where entry["role"]?.string == role {
      let json = try #require(entry["component"])
      let name = String(JSONValue(json).serialized().prefix(200))
      let apply: ([UInt8]) throws -> [[UInt8]]
      if role == "normalizer" {
        let normalizer = try Normalizer(json)
        apply = { [try normalizer.apply(to: $0, matcher)] }
      } else {
        let preTokenizer = try PreTokenizer(json)
        apply = { try ComponentTests.pieces(preTokenizer, $0, matcher) }
      }
      func check(_ key: String, _ texts: [[UInt8]], _ names: [Int]) throws {
        let wanted = entry[key]?.elements.compactMap(\.string) ?? []
        for (index, wanted) in wanted.enumerated() {
          matcher.allow(bytes: 1 << 20)
          let found = try apply(texts[index])
          #expect(
            ComponentTests.digest(found) == wanted,
            """
            \(name), \(key) \(names[index]): \
            \(String(decoding: texts[index].prefix(60), as: UTF8.self).debugDescription) became \
            \(found.prefix(9).map { String(decoding: $0.prefix(60), as: UTF8.self) })
            """)
        }
      }
      try check("texts", texts, Array(texts.indices))
      if entry["blocks"] != nil {
        try check("blocks", blocks.map(ComponentTests.text(ofBlock:)), blocks)
      }
    }
  }

  @Test func everyDecoder() throws {
    let golden = try Goldens.json("tokenizers/components.json")
    let lists = try #require(golden["tokens"]).elements.map { list in
      list.elements.map { $0.bytes?.bytes ?? [] }
    }
    for entry in try #require(golden["decoders"]).elements {
      let json = try #require(entry["component"])
      let decoder = try Decoder(json)
      for (tokens, wanted) in zip(lists, try #require(entry["decoded"]).elements) {
        var store = TokenStore()
        var ids: [Int] = []
        for token in tokens {
          let id = store.id(token) ?? store.count
          if id == store.count { _ = store.insert(token[...], id: id) }
          ids.append(id)
        }
        let decoded = UTF8Text.repaired(decoder.decode(ids, of: Vocabulary(store)))
        #expect(
          decoded == wanted.bytes?.bytes,
          "\(JSONValue(json).serialized()): \(ByteString(decoded))")
      }
    }
  }
}
