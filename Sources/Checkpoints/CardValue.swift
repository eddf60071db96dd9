/// One value of a model card, from its lines of YAML: the rest of the key's line first.
enum CardValue {
  /// `key: rest`; nil where the line is none.
  static func split(_ line: Substring) -> (key: String, rest: Substring)? {
    var search = line.startIndex
    while let colon = line[search...].firstIndex(of: ":") {
      let next = line.index(after: colon)
      if next == line.endIndex || line[next] == " " || line[next] == "\t" {
        guard case .text(let key) = scalar(line[..<colon]), !key.isEmpty else { return nil }
        return (key, line[next...])
      }
      search = next
    }
    return nil
  }

  static func parse(_ lines: [Substring]) -> ModelCard.Value {
    let first = uncommented(lines[0])
    var rest = lines.dropFirst()[...]
    guard first.isEmpty else {
      rest.removeAll { trimmed($0).hasPrefix("#") }
      let joined = ([first] + rest.map(uncommented)).joined(separator: " ")
      return first.first == "[" ? flowList(joined) : scalar(joined[...])
    }
    rest.removeAll { trimmed($0).hasPrefix("#") }
    guard let start = rest.first else { return .none }
    return item(trimmed(start)) == nil ? scalar(joined(rest)[...]) : blockList(rest)
  }

  private static func joined(_ lines: ArraySlice<Substring>) -> String {
    lines.map(uncommented).joined(separator: " ")
  }

  /// `- item`, without its dash.
  private static func item(_ line: Substring) -> Substring? {
    line == "-" ? "" : line.hasPrefix("- ") ? trimmed(line.dropFirst(2)) : nil
  }

  /// Items begin in one column; what is further right goes on with the item above it.
  private static func blockList(_ lines: ArraySlice<Substring>) -> ModelCard.Value {
    func column(_ line: Substring) -> Int { line.prefix { $0 == " " || $0 == "\t" }.count }
    var items: [[Substring]] = []
    let left = lines.first.map(column) ?? 0
    for line in lines {
      let text = trimmed(line)
      if column(line) == left, let start = item(text) {
        items.append([start])
      } else if column(line) > left, !items.isEmpty {
        items[items.count - 1].append(text)
      } else {
        return .other
      }
    }
    return .list(items.map { element($0.map(uncommented).joined(separator: " ")[...]) })
  }

  /// `[a, 'b, c', "d"]`.
  private static func flowList(_ text: String) -> ModelCard.Value {
    guard text.count >= 2, text.last == "]" else { return .other }
    var items: [ModelCard.Value] = []
    var current = ""
    var quote: Character?
    for character in text.dropFirst().dropLast() {
      switch (character, quote) {
      case ("\"", nil) where trimmed(current[...]).isEmpty,
        ("'", nil) where trimmed(current[...]).isEmpty:
        quote = character
      case (let end, let start?) where end == start: quote = nil
      case ("[", nil), ("]", nil), ("{", nil), ("}", nil): return .other
      case (",", nil):
        items.append(element(current[...]))
        current = ""
        continue
      default: break
      }
      current.append(character)
    }
    if quote != nil { return .other }
    if !trimmed(current[...]).isEmpty { items.append(element(current[...])) }
    return .list(items)
  }

  /// An item: a scalar that is not the beginning of a mapping or of another list.
  private static func element(_ text: Substring) -> ModelCard.Value {
    let text = trimmed(text)
    return text == "-" || text.hasPrefix("- ") ? .other : scalar(text)
  }

  /// YAML's booleans, numbers and dates stay the text that they are.
  static func scalar(_ raw: Substring) -> ModelCard.Value {
    let text = trimmed(raw)
    switch text.first {
    case nil: return .none
    case "'": return quoted(text).map(ModelCard.Value.text) ?? .other
    case "\"": return escaped(text).map(ModelCard.Value.text) ?? .other
    case "[", "{", "&", "*", "!", "|", ">", "%", "@", "`", "]", "}", ",": return .other
    default: break
    }
    if ["~", "null", "Null", "NULL"].contains(text) { return .none }
    if text.contains(": ") || text.hasSuffix(":") { return .other }
    return .text(String(text))
  }

  /// Doubled quotes stand for one; a lone one inside is no YAML.
  private static func quoted(_ text: Substring) -> String? {
    guard text.count >= 2, text.last == "'" else { return nil }
    let parts = text.dropFirst().dropLast().split(separator: "''", omittingEmptySubsequences: false)
    return parts.contains { $0.contains("'") } ? nil : parts.joined(separator: "'")
  }

  private static func escaped(_ text: Substring) -> String? {
    var result = ""
    var characters = text.dropFirst().makeIterator()
    while let character = characters.next() {
      if character == "\"" { return characters.next() == nil ? result : nil }
      guard character == "\\" else {
        result.append(character)
        continue
      }
      switch characters.next() {
      case "n": result.append("\n")
      case "t": result.append("\t")
      case let plain? where "\"\\/ ".contains(plain): result.append(plain)
      default: return nil
      }
    }
    return nil
  }

  /// Without a comment, which ` #` begins outside of quotes, and without space around it.
  private static func uncommented(_ line: Substring) -> String {
    var quote: Character?
    var previous: Character = " "
    for index in line.indices {
      let character = line[index]
      if let open = quote {
        if character == open && !(open == "\"" && previous == "\\") { quote = nil }
      } else if (character == "\"" || character == "'") && " [,-".contains(previous) {
        quote = character
      } else if character == "#" && previous.isWhitespace {
        return String(trimmed(line[..<index]))
      }
      previous = character
    }
    return String(trimmed(line))
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop { $0.isWhitespace }
    let end = start.lastIndex { !$0.isWhitespace }
    return end.map { start[...$0] } ?? ""
  }
}
