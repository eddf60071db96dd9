import Containers
import Generation
import TestSupport
import Testing
import Tokenizers

@Suite struct TextStreamTests {
  private func tokenizer() throws -> Tokenizer {
    let file = try FileBytes(path: Fixture.path("qwen2-kjv/tokenizer.json"))
    return try Tokenizer.load(huggingFace: file.contents(), file: file.path, config: nil)
  }

  /// The vocabulary has no such words: every character comes in several tokens.
  @Test func charactersComeWhole() throws {
    let tokenizer = try tokenizer()
    let text = "日本 – naïve 👩‍🚀 end"
    var stream = TextStream(tokenizer, after: [])
    var pieces: [String] = []
    for id in try tokenizer.encode(Array(text.utf8), addSpecial: false) {
      pieces.append(stream.append(id))
    }
    pieces.append(stream.finish())
    #expect(pieces.joined() == text)
    #expect(!pieces.joined().contains("\u{fffd}"))
    #expect(pieces.contains(""))
  }

  /// Nothing of a stop string is ever shown, wherever tokens cut it.
  @Test(arguments: ["God", "d the", "the heaven and", "n", "In the beginning", "earth."])
  func stopStringsAreNotShown(_ stop: String) throws {
    let tokenizer = try tokenizer()
    let text = "In the beginning God created the heaven and the earth."
    var stream = TextStream(tokenizer, after: [], stops: [stop, "never"])
    var shown = ""
    for id in try tokenizer.encode(Array(text.utf8), addSpecial: false) where !stream.isStopped {
      shown += stream.append(id)
      #expect(!shown.contains(stop))
    }
    #expect(stream.isStopped)
    shown += stream.finish()
    let place = try #require(text.range(of: stop))
    #expect(shown == text[..<place.lowerBound])
  }

  @Test func whatOnlyBeganIsShownAtTheEnd() throws {
    let tokenizer = try tokenizer()
    var stream = TextStream(tokenizer, after: [], stops: ["earth!"])
    var shown = ""
    for id in try tokenizer.encode(Array("the earth".utf8), addSpecial: false) {
      shown += stream.append(id)
    }
    #expect(shown == "the ")
    #expect(shown + stream.finish() == "the earth")
  }
}
