/// Variables of one frame; what it does not have, the frame around it has.
final class Scope {
  private var variables: [String: Value]
  private let parent: Scope?

  init(_ variables: [String: Value] = [:], in parent: Scope? = nil) {
    self.variables = variables
    self.parent = parent
  }

  func value(_ name: String) -> Value? {
    var scope: Scope? = self
    while let current = scope {
      if let value = current.variables[name] { return value }
      scope = current.parent
    }
    return nil
  }

  func set(_ name: String, _ value: Value) { variables[name] = value }

  /// Lets go of what it holds: a macro holds the scope that holds it.
  func clear() { variables = [:] }
}
