/// What a template may use. Templates come with models, and nobody vouches for them.
public struct RenderLimits: Sendable {
  /// Evaluated nodes, plus a part for every character or element that an operation touches.
  public var steps = 10_000_000
  /// UTF-8 bytes of the result.
  public var outputBytes = 64 << 20
  /// Bytes of all values that are made on the way.
  public var memoryBytes = 1 << 30
  /// Nested evaluations: macros in macros, loops in loops.
  public var depth = 2000
  public init() {}

  /// Characters of a template's source.
  static let sourceLength = 4 << 20
  /// Nested blocks, and nested expressions, of a template's source.
  static let nesting = 200
  /// Nested lists and dictionaries.
  static let valueDepth = 400
  /// `range` of the sandbox.
  static let range = 100_000
}

/// What is left of the limits while a template is rendered.
final class Budget {
  private var steps: Int
  private var memory: Int

  init(_ limits: RenderLimits) {
    steps = limits.steps
    memory = limits.memoryBytes
  }

  func step() throws(TemplateError) {
    steps -= 1
    if steps < 0 { throw TemplateError(.limit, "the template takes too many steps") }
  }

  /// An operation that looks at `count` characters or elements.
  func visit(_ count: Int) throws(TemplateError) {
    steps -= count >> 3
    if steps < 0 { throw TemplateError(.limit, "the template takes too many steps") }
  }

  /// A value of `count` characters or elements is about to be made.
  func make(_ count: Int, of size: Int = 4) throws(TemplateError) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow, bytes <= memory else {
      throw TemplateError(.limit, "the template takes too much memory")
    }
    memory -= bytes
    try visit(count)
  }
}
