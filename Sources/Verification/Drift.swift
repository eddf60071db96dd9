import Reference

/// How far the residual streams of two models are apart after each block.
struct Drift {
  private var distances: [Distance]
  private(set) var first: Divergence?
  private var firstWindow = Int.max

  init(blocks: Int) { distances = Array(repeating: Distance(), count: blocks) }

  var layers: [LayerDrift] {
    distances.enumerated().map { LayerDrift(index: $0.offset, nmse: $0.element.nmse) }
  }

  mutating func compare(
    _ left: ForwardPass, _ right: ForwardPass, stage: Divergence.Stage,
    window: ScoringProtocol.Window
  ) {
    var distance = Distance()
    distance.add(left.hidden, right.hidden)
    if case .block(let index) = stage { distances[index].add(distance) }
    // Windows may go through the blocks together: the earliest of them counts.
    guard distance.squaredDifference != 0, window.tokens.lowerBound < firstWindow else { return }
    firstWindow = window.tokens.lowerBound
    let width = left.reference.model.parameters.embeddingLength
    let place = zip(left.hidden, right.hidden).enumerated().first { $0.element.0 != $0.element.1 }
    first = Divergence(
      stage: stage, position: window.tokens.lowerBound + (place?.offset ?? 0) / width,
      nmse: distance.nmse)
  }
}

/// Drift after one block, over all tokens: Σ(a − b)² / Σa².
public struct LayerDrift: Sendable, Equatable {
  public let index: Int
  public let nmse: Double
}

/// Where two models first compute something different.
public struct Divergence: Sendable, Equatable {
  public enum Stage: Sendable, Equatable {
    case embedding
    case block(Int)
  }
  public let stage: Stage
  /// The first token, counted from the start of the text, whose values differ there.
  public let position: Int
  /// Of the whole residual stream at that stage.
  public let nmse: Double
}
