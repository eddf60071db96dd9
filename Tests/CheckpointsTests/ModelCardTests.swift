import Checkpoints
import Testing

@Suite struct ModelCardTests {
  private func card(_ yaml: String) -> ModelCard? {
    ModelCard(readme: Array("---\n\(yaml)\n---\ntext".utf8))
  }

  @Test(arguments: [
    "", "# Title", "--- \na: b\n---", "---\na: b\n", " ---\na: b\n---", "text\n---\na: b\n---",
  ])
  func noFrontMatter(_ text: String) {
    #expect(ModelCard(readme: Array(text.utf8)) == nil)
  }

  @Test(arguments: [
    ("k: v", ModelCard.Value.text("v")), ("k:   v  # c", .text("v")), ("k: v#c", .text("v#c")),
    ("'k': v", .text("v")), ("k: 'it''s'", .text("it's")),
    (##"k: "a \"# b\" \\""##, .text(##"a "# b" \"##)),
    ("k: 'a # b'  # c", .text("a # b")), ("k: 1.0", .text("1.0")), ("k: no", .text("no")),
    ("k: http://a.b/c:d", .text("http://a.b/c:d")), ("k: a\n  b\n  c", .text("a b c")),
    ("k:\n  a", .text("a")), ("k:", .none), ("k: ~", .none), ("k: null", .none),
    ("k: ''", .text("")),
    ("k: []", .list([])),
    ("k: [a, 'b, c', \"d\"]", .list([.text("a"), .text("b, c"), .text("d")])),
    ("k: [\n  a,\n  b,\n]", .list([.text("a"), .text("b")])),
    ("k:\n- a\n- b", .list([.text("a"), .text("b")])),
    ("k:\n  - a\n\n  # c\n  - b # c\n", .list([.text("a"), .text("b")])),
    ("k:\n- a\n  b\n- c", .list([.text("a b"), .text("c")])),
    ("k:\n-\n- b", .list([.none, .text("b")])),
    ("k: a\nk: b", .text("b")),
    ("k: |\n  a\n  b", .other), ("k: &x a", .other), ("k: *x", .other), ("k: {a: b}", .other),
    ("k: a: b", .other), ("k:\n  a: b", .other), ("k: [a, [b]]", .other), ("k: [a, b", .other),
    ("k: 'a", .other), ("k: \"a", .other), ("k: \"\\u0041\"", .other), ("k: 'a'b'", .other),
    ("k:\n- a: b\n  c: d", .list([.other])), ("k:\n- - a", .list([.other])),
    ("k:\n  - a\n- b", .other),
  ])
  func values(_ yaml: String, _ value: ModelCard.Value) {
    for text in [yaml, "before: 1\n\(yaml)\nafter: 2", yaml.replacing("\n", with: "\r\n")] {
      #expect(card(text)?["k"] == value, "\(text)")
      #expect(card(text)?.strangeLine == nil)
    }
  }

  @Test func whatIsNoMappingIsTold() {
    #expect(card("a: b\nodd\nc: d")?.strangeLine == "odd")
    #expect(card("- a\nc: d")?.strangeLine == "- a")
    #expect(card("a: b\nodd\nc: d")?["c"] == .text("d"))
  }

  /// Whatever repeats worst is read in time that grows with it.
  @Test(arguments: [
    "- ", "[", "'", "\"", "a: ", "\n", ":", "- - ", "\\", "[,", "#", " ", "-\n", "a:\n",
  ])
  func hostileCardsAreBounded(_ unit: String) {
    let repeated = String(repeating: unit, count: (1 << 18) / unit.utf8.count)
    let start = ContinuousClock.now
    for text in [
      repeated, "k: " + repeated, "k:\n" + repeated, "k: [" + repeated, "k: \"" + repeated,
    ] {
      #expect(card(text) != nil)
    }
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test func aCardBeyondTheLimitIsNone() {
    #expect(card("k: " + String(repeating: "v", count: ModelCard.byteLimit - 20)) != nil)
    #expect(card("k: " + String(repeating: "v", count: ModelCard.byteLimit)) == nil)
  }

  /// Any bytes at all; prints its seed where it fails.
  @Test func randomCards() {
    let seed = UInt64.random(in: 0 ... .max)
    var state = seed
    let alphabet = Array("---\n \t:#'\"[],{}ab\\|>&*~é\u{2028}\r\n".utf8) + [0xff, 0x00]
    for _ in 0..<2000 {
      var bytes = Array("---\nk: ".utf8)
      for _ in 0..<60 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(alphabet[Int(state >> 33) % alphabet.count])
      }
      let card = ModelCard(readme: bytes + Array("\n---\n".utf8))
      #expect(card != nil, "seed \(seed)")
    }
  }
}
