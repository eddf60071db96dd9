/// A value of a template: what Python would hold. Everything but namespaces and iterators is
/// immutable, as in the sandbox.
enum Value {
  case undefined(Undefined)
  case none
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(Text)
  case items(Items)
  case dict(Dict)
  case stream(Stream)
  case object(any TemplateObject)

  static func text(_ string: String) -> Value { .string(Text(string)) }
  static func list(_ elements: [Value]) throws(TemplateError) -> Value {
    .items(try Items(.list, elements))
  }
  static func tuple(_ elements: [Value]) throws(TemplateError) -> Value {
    .items(try Items(.tuple, elements))
  }
  static func undefined(_ message: String) -> Value { .undefined(Undefined(message)) }
}

/// A value that is not there. It prints as nothing; doing more with it is an error that says why.
struct Undefined {
  var message: String
  var kind = TemplateError.Kind.undefined

  init(_ message: String, _ kind: TemplateError.Kind = .undefined) {
    self.message = message
    self.kind = kind
  }
  var error: TemplateError { TemplateError(kind, message) }
}

/// How much there is in a value: bounded when it is made, so that whoever walks through it ends.
struct Extent {
  /// Elements and characters, counted as often as they are reached.
  var weight = 1
  var depth = 0

  static func + (a: Extent, b: Extent) -> Extent {
    Extent(
      weight: a.weight.addingReportingOverflow(b.weight).partialValue,
      depth: max(a.depth, b.depth))
  }

  /// The extent of something that holds `values`.
  static func around(_ values: some Sequence<Value>) throws(TemplateError) -> Extent {
    var extent = Extent()
    for value in values {
      extent = extent + value.extent
      guard extent.weight <= 1 << 28 else {
        throw TemplateError(.limit, "a value of the template is too large")
      }
    }
    extent.depth += 1
    guard extent.depth <= RenderLimits.valueDepth else {
      throw TemplateError(.limit, "a value of the template is nested too deep")
    }
    return extent
  }
}

extension Value {
  var extent: Extent {
    switch self {
    case .undefined, .none, .bool, .int, .float: Extent()
    case .string(let text): Extent(weight: text.count + 1)
    case .items(let items): items.extent
    case .dict(let dict): dict.extent
    case .stream(let stream): Extent(depth: stream.depth)
    case .object(let object): Extent(depth: object.depth)
    }
  }

  /// Python's truth.
  var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .bool(let value): value
    case .int(let value): value != 0
    case .float(let value): value != 0
    case .string(let text): !text.isEmpty
    case .items(let items): !items.elements.isEmpty
    case .dict(let dict): dict.count > 0
    case .stream, .object: true
    }
  }

  /// Python's name of the type.
  var typeName: String {
    switch self {
    case .undefined: "Undefined"
    case .none: "NoneType"
    case .bool: "bool"
    case .int: "int"
    case .float: "float"
    case .string(let text): text.isMarkup ? "Markup" : "str"
    case .items(let items): items.kind.typeName
    case .dict: "dict"
    case .stream: "generator"
    case .object(let object): object.typeName
    }
  }
}
