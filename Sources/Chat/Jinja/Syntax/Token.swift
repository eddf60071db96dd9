/// A piece of a template: text, a tag's borders, or a word of what stands inside a tag.
struct Token {
  enum Kind: Equatable {
    case data(Text)
    case variableBegin, variableEnd, blockBegin, blockEnd
    case name(String)
    case string(Text)
    case integer(Int)
    case float(Double)
    case symbol(Symbol)
    case end
  }

  /// Operators and punctuation, spelled as in the source.
  enum Symbol: String, CaseIterable {
    case power = "**"
    case floorDivide = "//"
    case equal = "=="
    case notEqual = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case add = "+"
    case subtract = "-"
    case divide = "/"
    case multiply = "*"
    case modulo = "%"
    case tilde = "~"
    case openBracket = "["
    case closeBracket = "]"
    case openParenthesis = "("
    case closeParenthesis = ")"
    case openBrace = "{"
    case closeBrace = "}"
    case less = "<"
    case greater = ">"
    case assign = "="
    case dot = "."
    case colon = ":"
    case pipe = "|"
    case comma = ","
    case semicolon = ";"

    /// Longer ones come first, so that the first that fits is the right one.
    static let spellings = allCases.map { (Array($0.rawValue.unicodeScalars), $0) }

    /// What closes it.
    var closing: Symbol? {
      switch self {
      case .openBracket: .closeBracket
      case .openParenthesis: .closeParenthesis
      case .openBrace: .closeBrace
      default: nil
      }
    }
    var isClosing: Bool {
      self == .closeBracket || self == .closeParenthesis || self == .closeBrace
    }
  }

  var kind: Kind
  var offset: Int

  /// How an error message names it.
  var description: String {
    switch kind {
    case .data: "template text"
    case .variableBegin: "{{"
    case .variableEnd: "}}"
    case .blockBegin: "{%"
    case .blockEnd: "%}"
    case .name(let name): name
    case .string: "a string"
    case .integer(let value): String(value)
    case .float(let value): String(value)
    case .symbol(let symbol): symbol.rawValue
    case .end: "the end of the template"
    }
  }
}
