import Containers
import Foundation
import Tensors
import TestSupport
import Testing
import Tokenizers

@testable import Verification

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ReportPageTests {
  private func report(_ candidate: String) throws -> VerificationReport {
    try Lockstep(
      Pair.model("qwen2-kjv"), Pair.model(candidate), ScoringProtocol(.assay, context: 64)
    ).run(Array(Pair.tokens().prefix(192)), workers: Workers(threads: 2))
  }

  private func page(
    _ report: VerificationReport, _ tokenizer: Tokenizer?, command: [String] = ["assay", "verify"]
  ) -> String {
    ReportPage(
      report, .init(maxKLD: 0.1), tokenizer: tokenizer, command: command, version: "1.2.3"
    ).html
  }

  @Test func saysWhatWasFound() throws {
    let report = try report("qwen2-kjv/gguf/qwen2-kjv-Q4_K_M.gguf")
    let path = Fixture.path("qwen2-kjv/tokenizer.json")
    let tokenizer = try Tokenizer.load(
      huggingFace: FileBytes(path: path).contents(), file: path, config: nil)
    let html = page(report, tokenizer, command: ["assay", "verify", "it's", "b"])
    let parsed = try Parsed(html)
    for text in [
      "passed", "qwen2-kjv-Q4_K_M.gguf", Numbers.fixed(report.logits.divergence.mean.value, 6),
      Numbers.percent(report.logits.top1Agreement, 3), "in the token embedding", "assay 1.2.3",
      #"assay verify 'it'\''s' b"#,
    ] {
      #expect(parsed.text.contains(text), "\(text)")
    }
    // Every tensor stands in the table, and has a cell on the map.
    for tensor in report.tensors {
      #expect(html.components(separatedBy: "<td>\(tensor.name)</td>").count == 2)
      #expect(html.components(separatedBy: "title=\"\(tensor.name), ").count == 2)
    }
    #expect(parsed.count(of: "circle") == report.layers.count)
    #expect(html.components(separatedBy: "class=\"moment\"").count == 13)
    // Nothing comes from elsewhere.
    #expect(!html.contains("src=") && !html.contains("href=") && !html.contains("url("))
  }

  @Test func saysWhereTheLikeliestTokenChanged() throws {
    let report = try report("qwen2-kjv/gguf/qwen2-kjv-Q4_0.gguf")
    let changed = report.logits.worstPositions.count { $0.changesMind }
    let html = page(report, nil)
    #expect(changed > 0 && changed < report.logits.worstPositions.count)
    #expect(html.components(separatedBy: "class=\"changed\"").count == changed + 1)
    #expect(try Parsed(html).text.contains("Where the two disagree most"))
  }

  @Test func anIdenticalModelHasAPageToo() throws {
    let html = page(try report("qwen2-kjv/gguf/qwen2-kjv-BF16.gguf"), nil)
    let parsed = try Parsed(html)
    #expect(parsed.text.contains("identical"))
    #expect(parsed.text.contains("Nowhere: both predict the same"))
    #expect(parsed.count(of: "svg") == 0)
  }

  /// A file's name and every token are an attack; no element or attribute comes of it.
  @Test func hostileTextStaysText() throws {
    let scratch = try Scratch()
    let hostile = scratch.file("<img src=x onerror=alert(1)>&\"'\u{202E}]]>.gguf")
    try FileManager.default.copyItem(
      atPath: Fixture.path("qwen2-kjv/gguf/qwen2-kjv-Q4_0.gguf"), toPath: hostile)
    let report = try report(hostile)
    let attacks = [
      "</script><script>alert(1)</script>", "\" onmouseover=\"alert(1)", "'><svg/onload=alert(1)>",
      "-->]]><style>*{}</style>&lt;&#0;", "\u{0}\u{1B}[2J\u{FFFE}\u{202E}\u{85}",
    ]
    let html = page(
      report, try tokenizer(of: attacks, count: 4096), command: ["assay", "verify", hostile])
    let parsed = try Parsed(html)
    let safe = try Parsed(page(report, nil))
    #expect(parsed.elements == safe.elements)
    #expect(parsed.attributes == safe.attributes)
    #expect(parsed.count(of: "script") == 1 && parsed.count(of: "style") == 1)
    #expect(html.contains("&lt;script&gt;alert(1)") && !html.contains("<script>alert"))
    #expect(!html.contains("\u{1B}") && !html.contains("\u{202E}") && !html.contains("\u{0}"))
    // The text itself is there, as text.
    #expect(parsed.text.contains("'><svg/onload=alert(1)>"))
  }

  @Test func tokensCannotCommandATerminal() throws {
    let tokens = TokenText(
      try tokenizer(of: ["\u{1B}[2J\u{9B}\u{202E}", " a\n\t", "日", "é"], count: 4))
    #expect(tokens.word(1) == "‹U+1B›[2J‹U+9B›‹U+202E›0")
    #expect(tokens.word(2) == "␣a⏎⇥1")
    #expect(tokens.passage([2, 3]) == " a⏎⇥1日2")
    // In this alphabet é is the byte E9, which is no character by itself.
    #expect(tokens.word(4) == #"\xE9\x33"#)
    #expect(tokens.word(99) == "#99")
    #expect(TokenText(nil).word(7) == "#7")
    #expect(TokenText(nil).passage([7]) == nil)
    let long = TokenText(try tokenizer(of: [String(repeating: "x", count: 4000)], count: 1))
    #expect(long.word(1) == String(repeating: "x", count: 40) + "…")
    #expect(long.passage([1, 1])?.count == 161)
  }

  /// A tokenizer of `count` tokens that repeat these texts, with a number to tell them apart.
  private func tokenizer(of texts: [String], count: Int) throws -> Tokenizer {
    let added = (0..<count).map { id -> JSONValue in
      [
        "id": .int(id + 1), "content": .string("\(texts[id % texts.count])\(id)"),
        "special": false, "normalized": false, "single_word": false, "lstrip": false,
        "rstrip": false,
      ]
    }
    let json: JSONValue = [
      "added_tokens": .array(added), "decoder": ["type": "ByteLevel"],
      "model": ["type": "BPE", "vocab": ["a": 0], "merges": []],
    ]
    return try Tokenizer.load(
      huggingFace: Array(json.serialized().utf8), file: "hostile.json", config: nil)
  }
}

/// What an XML parser, which forgives nothing, sees in a page.
private final class Parsed: NSObject, XMLParserDelegate {
  private(set) var elements: [String] = []
  private(set) var attributes: Set<String> = []
  private(set) var text = ""

  init(_ html: String) throws {
    super.init()
    let parser = XMLParser(data: Data(html.utf8))
    parser.delegate = self
    let isGood = parser.parse()
    try #require(isGood, "line \(parser.lineNumber): \(String(describing: parser.parserError))")
  }

  func count(of name: String) -> Int { elements.count { $0 == name } }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes found: [String: String]
  ) {
    elements.append(name)
    attributes.formUnion(found.keys)
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
