/// What stands between the brackets of a PCRE2 class: Oniguruma's classes, spelled out.
enum CharacterFragment {
  /// Unicode's White_Space.
  static let space =
    #"\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"#
  static let word = #"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}"#
  /// `\w` and `\b` outside brackets: there Oniguruma asks a table of Latin-1 that has ² ³ ¹ ¼ ½ ¾.
  static let bareWord = word + #"\x{b2}\x{b3}\x{b9}\x{bc}-\x{be}"#
  static let hexDigit = "0-9A-Fa-f"

  /// One character that means itself, inside a class and outside.
  static func literal(_ scalar: Unicode.Scalar) -> String {
    let isPlain = scalar.isASCII ? scalar.isNumeric || scalar.properties.isAlphabetic : true
    return isPlain ? String(scalar) : "\\x{\(String(scalar.value, radix: 16))}"
  }

  /// `[:name:]`; nil where Oniguruma's meaning has no exact spelling here.
  static func bracket(_ name: String) -> String? {
    switch name {
    case "alpha": #"\p{Alphabetic}"#
    case "alnum": #"\p{Alphabetic}\p{Nd}"#
    case "blank": #"\p{Zs}\x{9}"#
    case "cntrl": #"\p{Cc}"#
    case "digit": #"\p{Nd}"#
    case "lower": #"\p{Lowercase}"#
    case "upper": #"\p{Uppercase}"#
    case "punct": #"\p{P}\p{S}"#
    case "space": space
    case "word": word
    case "xdigit": hexDigit
    default: nil
    }
  }

  /// `\p{name}`: a general category, a script, or one of the classes above.
  static func property(_ name: String) -> String? {
    let folded = name.lowercased().filter { $0 != " " && $0 != "_" && $0 != "-" }
    guard !folded.isEmpty, folded.utf8.allSatisfy({ (0x61...0x7a).contains($0) }) else {
      return nil
    }
    if let category = categories[folded] { return "\\p{\(category)}" }
    switch folded {
    case "punct": return #"\p{P}"#
    case "alpha", "alnum", "blank", "cntrl", "digit", "lower", "upper", "space", "word", "xdigit":
      return bracket(folded)
    case "alphabetic": return #"\p{Alphabetic}"#
    case "whitespace": return space
    case "any", "assigned", "graph", "print": return nil
    // Oniguruma means the script; a bare name in PCRE2 means the script's extensions as well.
    default: return "\\p{sc:\(name)}"
    }
  }

  private static let categories: [String: String] = {
    let names = [
      "C": "other", "Cc": "control", "Cf": "format", "Cn": "unassigned", "Co": "privateuse",
      "Cs": "surrogate", "L": "letter", "Ll": "lowercaseletter", "Lm": "modifierletter",
      "Lo": "otherletter", "Lt": "titlecaseletter", "Lu": "uppercaseletter", "M": "mark",
      "Mc": "spacingmark", "Me": "enclosingmark", "Mn": "nonspacingmark", "N": "number",
      "Nd": "decimalnumber", "Nl": "letternumber", "No": "othernumber", "P": "punctuation",
      "Pc": "connectorpunctuation", "Pd": "dashpunctuation", "Pe": "closepunctuation",
      "Pf": "finalpunctuation", "Pi": "initialpunctuation", "Po": "otherpunctuation",
      "Ps": "openpunctuation", "S": "symbol", "Sc": "currencysymbol", "Sk": "modifiersymbol",
      "Sm": "mathsymbol", "So": "othersymbol", "Z": "separator", "Zl": "lineseparator",
      "Zp": "paragraphseparator", "Zs": "spaceseparator",
    ]
    var table: [String: String] = [:]
    for (short, long) in names {
      table[short.lowercased()] = short
      table[long] = short
    }
    return table
  }()
}
