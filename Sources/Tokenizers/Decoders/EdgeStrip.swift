import Containers

/// `Strip`, a decoder: up to so many of one character removed at the edges of every token.
struct EdgeStrip: Sendable {
  private let content: [UInt8]
  private let start: Int
  private let stop: Int

  init(_ component: Component) throws(FormatError) {
    content = Array(String(try component.scalar("content")).utf8)
    start = try component.count("start")
    stop = try component.count("stop")
  }

  func apply(to tokens: inout DecodedTokens) {
    tokens.rewrite { _, token, result in
      var (front, back) = (token, token)
      var count = 0
      while count < start, front.starts(with: content), !front.isEmpty {
        front = front.dropFirst(content.count)
        count += 1
      }
      count = 0
      while count < stop, back.count >= content.count,
        back.suffix(content.count).elementsEqual(content)
      {
        back = back.dropLast(content.count)
        count += 1
      }
      if front.startIndex < back.endIndex { result += token[front.startIndex..<back.endIndex] }
    }
  }
}
