import Containers
import Testing

struct JSONTests {
  enum Invalid: String, CaseIterable {
    case duplicate, escapedDuplicate, nestedDuplicate, tooDeep, loneHigh, loneLow, reversedPair
    case invalidUTF8, overlongUTF8, trailingText, twoValues, empty

    var bytes: [UInt8] {
      switch self {
      case .duplicate: Array(#"{"a":1,"a":2}"#.utf8)
      case .escapedDuplicate: Array(#"{"a":1,"\u0061":2}"#.utf8)
      case .nestedDuplicate: Array(#"[{"x":{"a":1,"b":2,"a":3}}]"#.utf8)
      case .tooDeep: JSONTests.nested(129)
      case .loneHigh: Array(#""\ud800x""#.utf8)
      case .loneLow: Array(#""\udc00""#.utf8)
      case .reversedPair: Array(#""\udc00\ud800""#.utf8)
      case .invalidUTF8: Array("\"".utf8) + [0xff] + Array("\"".utf8)
      case .overlongUTF8: Array("\"".utf8) + [0xc0, 0xaf] + Array("\"".utf8)
      case .trailingText: Array("{} x".utf8)
      case .twoValues: Array("1 2".utf8)
      case .empty: []
      }
    }
  }

  @Test(arguments: Invalid.allCases)
  func invalid(_ invalid: Invalid) throws {
    #expect(try failure { _ = try JSON(invalid.bytes, file: "x.json") } == .damaged)
  }

  @Test func deepestAllowed() throws {
    #expect(try JSON(JSONTests.nested(128), file: "x.json").count == 1)
  }

  @Test func surrogatePair() throws {
    #expect(try JSON(Array(#""\ud83d\ude00""#.utf8), file: "x.json").string == "😀")
  }

  fileprivate static func nested(_ depth: Int) -> [UInt8] {
    [UInt8](repeating: UInt8(ascii: "["), count: depth)
      + [UInt8](repeating: UInt8(ascii: "]"), count: depth)
  }
}
