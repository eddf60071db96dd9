import Containers
import Tokenizers

/// Text that arrives token by token: whole characters, and nothing that a stop string may begin.
public struct TextStream: Sendable {
  private let tokenizer: Tokenizer
  private let stops: [[UInt8]]
  /// What decoding needs to know of what came before, such as whether a word is the first.
  private let prompt: [Int]
  private let promptLength: Int
  private var ids: [Int] = []
  /// Bytes of the answer that were handed out.
  private var given = 0
  /// The whole answer so far, without the stop string that ended it.
  public private(set) var text: [UInt8] = []
  public private(set) var isStopped = false

  /// `prompt` are the last tokens before the answer.
  public init(_ tokenizer: Tokenizer, after prompt: [Int], stops: [String] = []) {
    self.tokenizer = tokenizer
    self.stops = stops.map { Array($0.utf8) }.filter { !$0.isEmpty }
    self.prompt = prompt.suffix(8)
    promptLength = tokenizer.decode(self.prompt, skipSpecial: true).count
  }

  /// The text that is certain now that `token` has come; may be empty.
  public mutating func append(_ token: Int) -> String {
    guard !isStopped else { return "" }
    ids.append(token)
    text = Array(tokenizer.decode(prompt + ids, skipSpecial: true).dropFirst(promptLength))
    let place = stops.compactMap { TextStream.first($0, in: text, from: max(0, given - $0.count)) }
      .min()
    if let place {
      isStopped = true
      text.removeLast(text.count - place)
    }
    let held = isStopped ? 0 : max(heldForStop, TextStream.cutCharacter(at: text))
    return give(text.count - held)
  }

  /// What was held back, at the end.
  public mutating func finish() -> String { give(text.count) }

  private mutating func give(_ end: Int) -> String {
    guard end > given else { return "" }
    defer { given = end }
    return String(decoding: text[given..<end], as: UTF8.self)
  }

  /// Bytes at the end with which a stop string may begin.
  private var heldForStop: Int {
    stops.map { stop in
      (1..<max(1, min(stop.count, text.count + 1))).last {
        text.suffix($0).elementsEqual(stop.prefix($0))
      }
        ?? 0
    }.max() ?? 0
  }

  /// Bytes at the end of `text` that are the beginning of a character.
  private static func cutCharacter(at text: [UInt8]) -> Int {
    for back in 1...3 where back <= text.count {
      let byte = text[text.count - back]
      if byte & 0xc0 == 0x80 { continue }
      let width = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
      return width > back ? back : 0
    }
    return 0
  }

  private static func first(_ stop: [UInt8], in text: [UInt8], from start: Int) -> Int? {
    guard text.count >= stop.count, start <= text.count - stop.count else { return nil }
    return (start...text.count - stop.count).first { text[$0...].starts(with: stop) }
  }
}
