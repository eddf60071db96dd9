import Tensors

/// How far apart two models' logits are, over every scored position.
public struct LogitComparison: Sendable {
  var distance = Distance()
  var divergences: [Double] = []
  var agreements = 0
  var referenceSurprises: [Double] = []
  var candidateSurprises: [Double] = []
  var worst = WorstPositions()

  /// What one position contributes.
  struct Position: Sendable {
    var distance = Distance()
    var divergence = 0.0
    var agrees = false
    var surprises: (reference: Double, candidate: Double)?
  }

  mutating func add(_ position: Position) {
    distance.add(position.distance)
    divergences.append(position.divergence)
    if position.agrees { agreements += 1 }
    if let surprises = position.surprises {
      referenceSurprises.append(surprises.reference)
      candidateSurprises.append(surprises.candidate)
    }
  }

  public var positions: Int { divergences.count }
  public var maxAbsDiff: Double { distance.largest }
  public var rmsDiff: Double { distance.rms }
  public var nmse: Double { distance.nmse }
  public var cosine: Double { distance.cosine }
  /// Where the candidate is furthest from the reference, furthest first.
  public var worstPositions: [WorstPosition] { worst.list }
  public var isIdentical: Bool { distance.squaredDifference == 0 }
  /// The models with logits that are no numbers, as `reference` and `candidate`.
  public var notFinite: [String] {
    (distance.isReferenceFinite ? [] : ["reference"])
      + (distance.isCandidateFinite ? [] : ["candidate"])
  }
  public var top1Agreement: Double {
    positions == 0 ? 1 : Double(agreements) / Double(positions)
  }
  public var divergence: DivergenceSummary { DivergenceSummary(divergences) }
  public var referencePerplexity: PerplexityEstimate {
    PerplexityEstimate(surprises: referenceSurprises)
  }
  /// How many times the candidate's perplexity is the reference's. As both saw the same tokens, this
  /// is far more certain than either alone.
  public var perplexityRatio: PerplexityEstimate {
    PerplexityEstimate(surprises: zip(candidateSurprises, referenceSurprises).map { $0 - $1 })
  }
  public var candidatePerplexity: PerplexityEstimate {
    PerplexityEstimate(surprises: candidateSurprises)
  }
}

/// KL(reference ‖ candidate) over the positions, in nats.
public struct DivergenceSummary: Sendable {
  public let mean: Mean
  public let median, p90, p99, p999, max: Double

  init(_ samples: [Double]) {
    mean = Mean(samples)
    // Nothing is further away than what is no number.
    let sorted = samples.map { $0.isNaN ? .infinity : $0 }.sorted()
    median = sorted.quantile(0.5)
    p90 = sorted.quantile(0.9)
    p99 = sorted.quantile(0.99)
    p999 = sorted.quantile(0.999)
    max = sorted.last ?? 0
  }
}
