import Containers

/// The `tokenizer.ggml.pre` that fits a pre-tokenizer, found by what it does: by its patterns, or,
/// where they are spelled otherwise, by the pieces that it makes of hard texts.
struct PreTokenizerChoice {
  let row: NamedPreTokenizer
  /// False where no name does quite the same.
  let isExact: Bool
  let note: String?

  var name: String { row.names[0] }

  init(_ preTokenizer: PreTokenizer, ignoresMerges: Bool) throws(FormatError) {
    let regexes = preTokenizer.isolatedRegexes
    let rows = NamedPreTokenizer.all
    if let regexes {
      // Compared as they are compiled, so that `\r` and the character are one.
      let meaning = try PreTokenizerChoice.meaning(regexes)
      for row in rows where row.ignoresMerges == ignoresMerges {
        if try PreTokenizerChoice.meaning(row.regexes) == meaning {
          (self.row, isExact, note) = (row, true, nil)
          return
        }
      }
    }
    let matcher = try Matcher.make()
    matcher.allow(bytes: 1 << 20)
    let wanted = try preTokenizer.probe(matcher)
    var best: (row: NamedPreTokenizer, score: Int) = (rows[0], -1)
    for row in rows {
      let candidate = try PreTokenizer(regexes: row.regexes).probe(matcher)
      let agreement = zip(wanted, candidate).count { $0 == $1 }
      // Whether merges are ignored counts for more than any text: it changes every other word.
      let score = agreement + (row.ignoresMerges == ignoresMerges ? wanted.count + 1 : 0)
      if score > best.score { best = (row, score) }
    }
    row = best.row
    let agreement = best.score - (row.ignoresMerges == ignoresMerges ? wanted.count + 1 : 0)
    isExact = agreement == wanted.count && row.ignoresMerges == ignoresMerges
    var text = "the pre-tokenizer's pattern is none that llama.cpp knows: "
    if isExact {
      text +=
        "`\(row.names[0])`, which cuts all \(wanted.count) test texts the same way, is written"
    } else {
      text +=
        "`\(row.names[0])` is the closest and cuts \(agreement) of \(wanted.count) test texts the "
        + "same way; other programs will give other ids for some texts"
    }
    note = text
  }

  private static func meaning(_ regexes: [String]) throws(FormatError) -> [String] {
    var patterns: [String] = []
    for regex in regexes { patterns.append(try OnigurumaPattern.translate(regex)) }
    return patterns
  }
}

extension Matcher {
  static func make() throws(FormatError) -> Matcher {
    guard let matcher = Matcher() else {
      throw FormatError(.io, "there is no memory for matching patterns")
    }
    return matcher
  }
}

extension PreTokenizer {
  /// The patterns that say everything about this pre-tokenizer: every match and everything between
  /// is a piece, and in the end bytes are spelled. Nil where it does something else.
  var isolatedRegexes: [String]? {
    guard endsInBytes else { return nil }
    var regexes: [String] = []
    for (index, step) in steps.enumerated() {
      switch step {
      case .split(let split):
        guard split.behavior == .isolated else { return nil }
        regexes.append(
          split.isLiteral
            ? split.pattern.source.unicodeScalars.map(CharacterFragment.literal).joined()
            : split.pattern.source)
      case .characters(let split):
        let one =
          switch split.kind {
          case .number: #"\p{N}"#
          case .punctuation: #"[\p{P}!-/:-@\[-`{-~]"#
          case .space: #"\s"#
          }
        switch split.behavior {
        case .isolated: regexes.append(one)
        case .contiguous: regexes.append(one + "+")
        case .removed, .mergedWithNext, .mergedWithPrevious: return nil
        }
      case .words, .scripts, .length, .metaspace: return nil
      case .byteLevel(let byteLevel):
        guard index == steps.count - 1, !byteLevel.addsPrefixSpace else { return nil }
        if let split = byteLevel.split { regexes.append(split.pattern.source) }
      }
    }
    return regexes
  }

  /// The pieces of every probe, with bytes spelled as the model sees them.
  fileprivate func probe(_ matcher: Matcher) throws(FormatError) -> [[[UInt8]]] {
    var results: [[[UInt8]]] = []
    var pieces = Pieces()
    for text in PreTokenizer.probes {
      pieces.reset(to: Array(text.utf8))
      try apply(to: &pieces, matcher)
      results.append(
        pieces.bounds.map {
          endsInBytes ? ByteAlphabet.encode(pieces.text[$0]) : Array(pieces.text[$0])
        })
    }
    return results
  }

  /// Each text is where some two rows of the table part.
  private static let probes = [
    "In the beginning God created the heaven and the earth.", "It's we'll I'VE he'D they'rE don'T",
    "a'b 's' o'clock 'tis rock'n'roll 'REd", "camelCaseWord HTTPServer iPhone ALLCAPS Mixed1Case",
    "1 12 123 1234 12345 123456 1234567", "x1y22z333 3.14 1,000,000 0xFF v2",
    "\u{663}\u{664}\u{665}\u{666} \u{bd} \u{2167}",
    "one two", "one  two", "one   two    three     ", "   leading", "trailing   ", "a\nb", "a\n\nb",
    "a \n b", "a  \n\n  b", "a\r\nb\r\n\r\nc", "\n\n\n", " \n", "\t\tindent\n\t\t\tmore",
    "  \t \n x",
    "end.\nNext", "end.\n\n Next", "//\n//", "a/b//c/\n", "x = y; // z\n}", "!!! ??? ... ---",
    "a!b!!c",
    "(a) [b] {c} <d> \"e\" `f`", "#tag @name $5 50% a&b a*b a+b a^b a|b a~b a_b", " .a ,b -c (d 'e",
    "\u{e9}t\u{e9} na\u{ef}ve e\u{301}te\u{301} x\u{301}\u{302}y \u{301}a",
    "\u{928}\u{92e}\u{938}\u{94d}\u{924}\u{947} \u{e01}\u{e32}\u{e23} \u{1780}\u{17b6}\u{1793}\u{17cb}",
    "\u{4f60}\u{597d}\u{ff0c}\u{4e16}\u{754c}\u{3002}abc\u{6f22}\u{5b57}",
    "\u{3053}\u{3093}\u{306b}\u{3061}\u{306f}\u{4e16}\u{754c}\u{30ab}\u{30bf}",
    "\u{c548}\u{b155} \u{d55c}\u{ad6d}\u{c5b4}abc",
    "\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442} \u{43c}\u{438}\u{440} \u{645}\u{631}\u{62d}\u{628}\u{627} \u{5e9}\u{5dc}\u{5d5}\u{5dd}",
    "\u{1f680} \u{1f469}\u{200d}\u{1f467} \u{2764}\u{fe0f}x", "a\u{a0}b\u{3000}c\u{2003}d",
    "\u{2014}dash\u{2014} \u{2026} \u{201c}q\u{201d} \u{20ac}5 \u{a7}1",
    "\u{20}\u{20}\u{20}\u{20}\u{20}\u{20}\u{20}\u{20}deep", "word1234word \u{4f60}12\u{597d}",
    "\u{1c5}a \u{2b0}b \u{aa}c", "we'llama it'sy o'dear x'REd", "a  12 b   3\t\t4",
    "New York City  is", "A.B.C. e.g. U.S.A",
  ]
}
