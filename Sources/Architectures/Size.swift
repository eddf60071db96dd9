/// A dimension in a family's description: a number of the model, or a product of them.
public indirect enum Size: Sendable, Equatable {
  case vocabulary, embedding, feedForward, heads, headsKV
  /// Width of a head of queries and keys, and of one of values.
  case headDimension, valueDimension
  /// Elements of a head that rope rotates.
  case rotated
  case experts, expertFeedForward, sharedFeedForward, context
  case constant(Int)
  /// Any other number.
  case number(KeyPath<HyperParameters, Int> & Sendable)
  case half(Size)
  case product(Size, Size)
  case sum(Size, Size)

  public static func * (a: Size, b: Size) -> Size { .product(a, b) }
  public static func + (a: Size, b: Size) -> Size { .sum(a, b) }

  /// `ConfigTable` bounds every number, so products of the few that a description uses cannot
  /// overflow; what a hostile config could still make of them ends at the largest number.
  public func resolved(_ parameters: HyperParameters) -> Int {
    switch self {
    case .vocabulary: parameters.vocabularySize
    case .embedding: parameters.embeddingLength
    case .feedForward: parameters.feedForwardLength
    case .heads: parameters.headCount
    case .headsKV: parameters.headCountKV
    case .headDimension: parameters.keyLength
    case .valueDimension: parameters.valueLength
    case .rotated: parameters.rotatedLength
    case .experts: parameters.expertCount
    case .expertFeedForward: parameters.expertFeedForwardLength
    case .sharedFeedForward: parameters.expertSharedFeedForwardLength
    case .context: parameters.contextLength
    case .constant(let value): value
    case .number(let field): parameters[keyPath: field]
    case .half(let size): size.resolved(parameters) / 2
    case .product(let a, let b):
      Size.bounded(a, b, parameters) { $0.multipliedReportingOverflow(by: $1) }
    case .sum(let a, let b): Size.bounded(a, b, parameters) { $0.addingReportingOverflow($1) }
    }
  }

  private static func bounded(
    _ a: Size, _ b: Size, _ parameters: HyperParameters,
    _ operation: (Int, Int) -> (partialValue: Int, overflow: Bool)
  ) -> Int {
    let result = operation(a.resolved(parameters), b.resolved(parameters))
    return result.overflow ? .max : result.partialValue
  }
}
