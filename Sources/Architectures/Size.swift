/// A dimension in a family's description: a number of the model, or a product of them.
public indirect enum Size: Sendable, Equatable {
  case vocabulary, embedding, feedForward, heads, headsKV, headDimension
  case half(Size)
  case product(Size, Size)

  public static func * (a: Size, b: Size) -> Size { .product(a, b) }

  /// `ConfigTable` bounds every number, so products of the few that a description uses cannot
  /// overflow.
  public func resolved(_ parameters: HyperParameters) -> Int {
    switch self {
    case .vocabulary: parameters.vocabularySize
    case .embedding: parameters.embeddingLength
    case .feedForward: parameters.feedForwardLength
    case .heads: parameters.headCount
    case .headsKV: parameters.headCountKV
    case .headDimension: parameters.keyLength
    case .half(let size): size.resolved(parameters) / 2
    case .product(let a, let b): a.resolved(parameters) * b.resolved(parameters)
    }
  }
}
