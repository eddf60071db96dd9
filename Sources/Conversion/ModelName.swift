import Foundation

/// What a model's directory name says about it, as llama.cpp's converter guesses it:
/// `Qwen2.5-1.5B-Instruct` has a base name, a size and a fine-tune.
/// Source: gguf-py, `Metadata.get_model_id_components`.
struct ModelName {
  private enum Part { case basename, size, finetune, version, type }

  let title: String
  /// What stands after the slash of an id such as `Qwen/Qwen2.5-7B`, or all of a bare name.
  private let name: String
  private let owner: String?
  private(set) var basename: String?
  private(set) var finetune: String?
  private(set) var version: String?
  private(set) var sizeLabel: String?

  /// Who publishes it, as a title.
  var organization: String? { owner.map(ModelName.title) }
  /// Nil for a bare name.
  var address: String? { owner.map { "https://huggingface.co/\($0)/\(name)" } }

  /// `id` is a directory's name or a Hugging Face id with its owner. One with a space in it is a
  /// title that somebody wrote, and is not taken apart.
  init(_ id: String, parameters: Int) {
    let slash = id.contains(" ") ? nil : id.firstIndex(of: "/")
    let owner = slash.map { String(id[..<$0]) }
    self.owner = owner?.hasPrefix(".") == true ? nil : owner
    name = slash.map { String(id[id.index(after: $0)...]) } ?? id
    title = ModelName.title(name)
    if id.contains(" ") { return }
    var words = name.split(separator: "-").map(String.init)
    var parts = words.indices.map { index in
      ModelName.parts(&words[index], isFirst: index == 0, parameters: parameters)
    }
    let sizes = words.indices.filter { parts[$0].contains(.size) }
    if sizes.contains(where: { words[$0].contains(where: \.isNumber) }) {
      for index in sizes where words[index].allSatisfy(\.isLetter) { parts[index].remove(.size) }
    }
    var atStart = true
    for index in words.indices {
      let startsBase =
        parts[index].isEmpty && words[index].first?.isLetter == true
        || parts[index].contains(.version)
      if atStart && startsBase {
        parts[index].insert(.basename)
      } else {
        atStart = false
        if parts[index].isEmpty { parts[index].insert(.finetune) }
      }
    }
    for index in words.indices.reversed() {
      guard parts[index].contains(.basename), parts[index].count > 1 else { break }
      parts[index].remove(.basename)
    }
    func joined(_ part: Part, where condition: (Set<Part>) -> Bool = { _ in true }) -> String? {
      var seen: [String] = []
      for index in words.indices where parts[index].contains(part) && condition(parts[index]) {
        if part != .size || !seen.contains(words[index]) { seen.append(words[index]) }
      }
      return seen.isEmpty ? nil : seen.joined(separator: "-")
    }
    sizeLabel = joined(.size)
    finetune = joined(.finetune)
    version = joined(.version) { !$0.contains(.basename) }
    if sizeLabel != nil || finetune != nil || version != nil { basename = joined(.basename) }
  }

  private static func parts(_ word: inout String, isFirst: Bool, parameters: Int) -> Set<Part> {
    if word.wholeMatch(of: /(?i)(v|iter)?\d+([.]\d+)*/) != nil { return [.version] }
    if word.wholeMatch(of: /(?i)i?q\d(_\w)*|b?fp?(16|32)/) != nil {
      word = word.uppercased()
      return [.type]
    }
    if isFirst { return [] }
    let size = /(?i)(([A]|\d+[x])?\d+([._]\d+)?[KMBT][\d]?|small|mini|medium|large|x?xl)/
    if word.wholeMatch(of: size) != nil { return [ModelName.size(&word, parameters: parameters)] }
    if word.wholeMatch(of: /(?i)chat|instruct|vision|lora/) != nil { return [.finetune] }
    return []
  }

  /// Normalizes a size such as `1_5b` or `7b1`; one that is far from the model's own size is
  /// likely a context length, and no size.
  private static func size(_ word: inout String, parameters: Int) -> Part {
    var text = Array(word.replacingOccurrences(of: "_", with: "."))
    if let last = text.last, last.isNumber, text.count > 2 {
      let unit = text[text.count - 2]
      text = text.dropLast(2) + [".", last, unit]
    }
    if text.count > 1, text[text.count - 2].isNumber, let last = text.last, "kmbt".contains(last) {
      text[text.count - 1] = Character(last.uppercased())
    }
    word = String(text)
    let scale: [Character: Double] = ["K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12]
    guard parameters > 0, let last = text.last, let unit = scale[last],
      let number = Double(String(text.dropLast()))
    else { return .size }
    guard abs(number * unit - Double(parameters)) > Double(7 * parameters / 8) else { return .size }
    word = String(text.dropLast()) + last.lowercased()
    return .finetune
  }

  /// Capitals for plain words; acronyms, versions and numbers stay as they are.
  static func title(_ name: String) -> String {
    name.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: "-", with: " ")
      .split(whereSeparator: \.isWhitespace).map { word in
        let word = String(word)
        let isLower = word == word.lowercased() && word.contains(where: \.isLetter)
        return isLower && word.wholeMatch(of: /v\d+(\.\d+)*|\d.*/) == nil ? capitalized(word) : word
      }.joined(separator: " ")
  }

  /// A capital after every character that is no letter.
  private static func capitalized(_ word: String) -> String {
    var result = ""
    var previousIsLetter = false
    for character in word {
      result += previousIsLetter ? character.lowercased() : character.uppercased()
      previousIsLetter = character.isLetter
    }
    return result
  }

  /// `5.2M`, `1.5B`, `72B`: at least two digits.
  static func sizeLabel(parameters: Int) -> String {
    let units: [(Double, String)] = [(1e12, "T"), (1e9, "B"), (1e6, "M")]
    let (unit, suffix) = units.first { Double(parameters) > $0.0 } ?? (1e3, "K")
    let scaled = Double(parameters) / unit
    let digits =
      scaled.rounded(.toNearestOrEven) == 0
      ? 0 : String(Int(scaled.rounded(.toNearestOrEven))).count
    return String(format: "%.\(max(2 - digits, 0))f", scaled) + suffix
  }
}
