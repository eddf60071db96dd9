/// The tree of a template. Expressions are nodes with a place; statements are lists of cases.
final class Node: Sendable {
  let expression: Expression
  let offset: Int
  /// Nodes below it, at most: bounded when it is made.
  let depth: Int

  init(_ expression: Expression, at offset: Int) throws(TemplateError) {
    self.expression = expression
    self.offset = offset
    depth = 1 + (expression.children.map(\.depth).max() ?? 0)
    if depth > RenderLimits.nesting {
      throw TemplateError(.limit, "an expression is nested too deep", at: offset)
    }
  }
}

enum Literal: Sendable {
  case none, bool(Bool), int(Int), float(Double), string(Text)
}

enum Operator: Sendable {
  case add, subtract, multiply, divide, floorDivide, modulo, power
}

enum Comparison: Sendable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, contained, notContained
}

/// A name, ready for the tables of methods and for dictionaries.
struct Name: Sendable {
  let string: String
  let text: Text
  init(_ string: String) {
    self.string = string
    text = Text(string)
  }
}

struct CallSyntax: Sendable {
  var positional: [Node] = []
  var named: [(name: String, value: Node)] = []
  /// `*arguments` and `**arguments`.
  var splat: Node?
  var namedSplat: Node?

  var children: [Node] {
    positional + named.map(\.value) + [splat, namedSplat].compactMap { $0 }
  }
}

/// A filter or test by its name.
struct NamedCall: Sendable {
  let name: String
  /// Nil for a name that does not exist: an error once it is reached.
  let builtin: Builtin?
  let arguments: CallSyntax
  let offset: Int
}

struct SliceSyntax: Sendable {
  let start: Node?
  let stop: Node?
  let step: Node?
}

indirect enum Expression: Sendable {
  case literal(Literal)
  case name(String)
  case list([Node])
  case tuple([Node])
  case dict([(key: Node, value: Node)])
  case attribute(Node, Name)
  case item(Node, Node)
  case slice(Node, SliceSyntax)
  case call(Node, CallSyntax)
  case filter(Node, NamedCall)
  case test(Node, NamedCall)
  case not(Node)
  case negate(Node)
  case plus(Node)
  case binary(Operator, Node, Node)
  case concatenate([Node])
  case compare(Node, [(Comparison, Node)])
  case and([Node])
  case or([Node])
  case conditional(test: Node, then: Node, otherwise: Node?)

  var children: [Node] {
    switch self {
    case .literal, .name: []
    case .list(let nodes), .tuple(let nodes), .concatenate(let nodes), .and(let nodes),
      .or(let nodes):
      nodes
    case .dict(let pairs): pairs.flatMap { [$0.key, $0.value] }
    case .attribute(let node, _), .not(let node), .negate(let node), .plus(let node): [node]
    case .item(let a, let b), .binary(_, let a, let b): [a, b]
    case .slice(let node, let slice):
      [node] + [slice.start, slice.stop, slice.step].compactMap { $0 }
    case .call(let node, let call): [node] + call.children
    case .filter(let node, let call), .test(let node, let call): [node] + call.arguments.children
    case .compare(let node, let rest): [node] + rest.map(\.1)
    case .conditional(let test, let then, let otherwise):
      [test, then] + [otherwise].compactMap { $0 }
    }
  }
}

/// What an assignment goes to.
indirect enum Target: Sendable {
  case name(String)
  case attribute(of: String, String, offset: Int)
  case tuple([Target], offset: Int)
}

/// The parameters and body of a macro, or of the block that a call passes on.
final class MacroSyntax: Sendable {
  let name: String
  let parameters: [(name: String, standard: Node?)]
  let body: [Statement]
  /// Whether the body reads `caller`, `varargs`, `kwargs`: only then may they be given.
  let reads: Set<String>

  init(name: String, parameters: [(String, Node?)], body: [Statement], reads: Set<String>) {
    self.name = name
    self.parameters = parameters
    self.body = body
    self.reads = reads
  }
}

final class LoopSyntax: Sendable {
  let target: Target
  let source: Node
  let condition: Node?
  let isRecursive: Bool
  let body: [Statement]
  let otherwise: [Statement]
  let offset: Int

  init(
    target: Target, source: Node, condition: Node?, isRecursive: Bool, body: [Statement],
    otherwise: [Statement], offset: Int
  ) {
    self.target = target
    self.source = source
    self.condition = condition
    self.isRecursive = isRecursive
    self.body = body
    self.otherwise = otherwise
    self.offset = offset
  }
}

indirect enum Statement: Sendable {
  case text(Text)
  case output(Node)
  case set(Target, Node)
  case setBlock(Target, [NamedCall], [Statement])
  case conditional([(test: Node, body: [Statement])], otherwise: [Statement])
  case loop(LoopSyntax)
  case macro(MacroSyntax)
  case call(Node, CallSyntax, MacroSyntax, offset: Int)
  case filter([NamedCall], [Statement])
  case with([(Target, Node)], [Statement])
  /// A body with a scope of its own: `{% generation %}`, `{% block %}`.
  case scope([Statement])
  case breakLoop, continueLoop
  /// What needs other templates, which there are none of.
  case refused(String, offset: Int)
}
