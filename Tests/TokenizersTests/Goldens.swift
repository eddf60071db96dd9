import Containers
import Foundation
import TestSupport

@testable import Tokenizers

/// What the reference recorded; see Fixtures/record/tokenizers.py.
enum Goldens {
  static func bytes(_ path: String) throws -> [UInt8] {
    let file = try FileBytes(path: Fixture.path(path))
    return try file.contents()
  }

  static func json(_ path: String) throws -> JSON { try JSON(try bytes(path), file: path) }

  static func path(of name: String) -> String {
    name == "qwen2-kjv" ? "qwen2-kjv/tokenizer.json" : "tokenizers/\(name).tokenizer.json"
  }

  static func tokenizer(_ name: String, config: JSON? = nil) throws -> Tokenizer {
    try Tokenizer.load(huggingFace: try bytes(path(of: name)), file: name, config: config)
  }

  static func texts() throws -> [[UInt8]] {
    try json("tokenizers/texts.json").elements.map { entry in
      if let unit = entry["repeat"]?.bytes?.bytes, let count = entry["count"]?.int {
        return Array(repeatElement(unit, count: count).joined())
      }
      if let text = entry["base64"]?.string { return Array(Data(base64Encoded: text) ?? Data()) }
      return entry.bytes?.bytes ?? []
    }
  }

  static func fnv(_ ids: [Int]) -> String {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325
    for id in ids {
      for shift in [0, 8, 16, 24] {
        value = (value ^ UInt64(id >> shift & 0xff)) &* 0x100_0000_01b3
      }
    }
    let text = String(value, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  /// Whether ids are those of a golden: a list, or a count and a hash.
  static func matches(_ ids: [Int], _ golden: JSON?) -> Bool {
    guard let golden else { return false }
    if golden.kind == .array { return ids == golden.elements.map { $0.int ?? -1 } }
    return ids.count == golden["count"]?.int && fnv(ids) == golden["fnv"]?.string
  }
}
