/// Python's notions of characters, where they differ from Unicode's properties.
extension Unicode.Scalar {
  /// `str.isspace`
  var isPythonSpace: Bool {
    properties.isWhitespace || (0x1c...0x1f).contains(value)
  }

  /// Where `str.splitlines` cuts.
  var isPythonLineBreak: Bool {
    switch value {
    case 0x0a...0x0d, 0x1c...0x1e, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  /// Whether `repr` shows it as it is.
  var isPythonPrintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      false
    case .spaceSeparator: self == " "
    default: true
    }
  }

  var isPythonAlpha: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }
  /// `str.isdecimal`, `str.isdigit` and `str.isnumeric`, each wider than the one before.
  var isPythonDecimal: Bool { properties.numericType == .decimal }
  var isPythonDigit: Bool { properties.numericType == .digit || isPythonDecimal }
  var isPythonNumeric: Bool { properties.numericType != nil }
  var isPythonAlphanumeric: Bool { isPythonAlpha || isPythonNumeric }

  var isASCIIDigit: Bool { ("0"..."9").contains(self) }
  /// The value of a hexadecimal digit.
  var hexDigit: UInt32? {
    switch self {
    case "0"..."9": value - 48
    case "a"..."f": value - 87
    case "A"..."F": value - 55
    default: nil
    }
  }
}

extension Text {
  var uppercased: Text { with(scalars.flatMap { $0.properties.uppercaseMapping.unicodeScalars }) }
  var lowercased: Text { with(scalars.indices.flatMap(lowercase(at:))) }
  /// The first character in title case, the others in lower case.
  var capitalized: Text {
    guard let first = scalars.first else { return self }
    return with(
      Array(first.properties.titlecaseMapping.unicodeScalars)
        + scalars.indices.dropFirst().flatMap(lowercase(at:)))
  }

  /// `str.title`: a word begins at a cased letter that follows none.
  var titled: Text {
    var result: [Unicode.Scalar] = []
    var isInside = false
    for (index, scalar) in scalars.enumerated() {
      if isInside {
        result += lowercase(at: index)
      } else {
        result += scalar.properties.titlecaseMapping.unicodeScalars
      }
      isInside = scalar.properties.isCased
    }
    return with(result)
  }

  var caseSwapped: Text {
    with(
      scalars.indices.flatMap { index in
        let properties = scalars[index].properties
        if properties.isUppercase { return lowercase(at: index) }
        return properties.isLowercase
          ? Array(properties.uppercaseMapping.unicodeScalars) : [scalars[index]]
      })
  }

  /// A capital sigma at the end of a word has a small letter of its own.
  private func lowercase(at index: Int) -> [Unicode.Scalar] {
    guard scalars[index].value == 0x3a3 else {
      return Array(scalars[index].properties.lowercaseMapping.unicodeScalars)
    }
    let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
    let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
    let isFinal = before?.properties.isCased == true && after?.properties.isCased != true
    return [isFinal ? "\u{3c2}" : "\u{3c3}"]
  }
}
