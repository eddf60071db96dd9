extension Parser {
  private static let constants: Set<String> = ["true", "false", "True", "False", "none", "None"]

  /// What an assignment goes to: a name, a namespace's attribute, or several of them.
  mutating func target(
    withAttributes: Bool = false, endingAt end: String? = nil
  ) throws(TemplateError) -> Target {
    try enter()
    defer { leave() }
    let start = offset
    var targets: [Target] = []
    var isTuple = false
    while true {
      if !targets.isEmpty { try expect(.comma) }
      if isTargetEnd(end) { break }
      targets.append(try singleTarget(withAttributes: withAttributes))
      guard isSymbol(.comma) else { break }
      isTuple = true
    }
    if let only = targets.first, !isTuple { return only }
    guard !targets.isEmpty else { throw unexpected("a name to assign to") }
    return .tuple(targets, offset: start)
  }

  private func isTargetEnd(_ end: String?) -> Bool {
    switch current.kind {
    case .variableEnd, .blockEnd, .symbol(.closeParenthesis): true
    case .name(let name): name == end
    default: false
    }
  }

  private mutating func singleTarget(withAttributes: Bool) throws(TemplateError) -> Target {
    let start = offset
    if skip(.openParenthesis) {
      let inner = try target(withAttributes: withAttributes)
      try expect(.closeParenthesis)
      return inner
    }
    let name = try expectName()
    guard !Parser.constants.contains(name) else {
      throw failure("can't assign to '\(name)'", at: start)
    }
    guard withAttributes, skip(.dot) else {
      guard name != "loop" || surroundingLoops == 0 else {
        throw failure("Can't assign to special loop variable in for-loop target", at: start)
      }
      return .name(name)
    }
    reads.insert(name)
    return .attribute(of: name, try expectName(), offset: start)
  }
}
