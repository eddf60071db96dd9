import Architectures
import Containers
import Reference
import Tokenizers

/// Everything that a comparison of two models found.
public struct VerificationReport: Sendable {
  public let reference: Model
  public let candidate: Model
  public let scoring: ScoringProtocol
  public let windows: Int
  public let tokens: Int
  public let logits: LogitComparison
  public let layers: [LayerDrift]
  public let firstDivergence: Divergence?
  public let tensors: [TensorError]
  /// What the run was to take.
  public let plan: RunPlan

  /// What a user demands of a candidate.
  public struct Thresholds: Sendable {
    public var maxKLD: Double?
    public var minTop1: Double?
    public init(maxKLD: Double? = nil, minTop1: Double? = nil) {
      self.maxKLD = maxKLD
      self.minTop1 = minTop1
    }
  }

  public struct Verdict: Sendable, Equatable {
    public let passed: Bool
    /// `identical`, `passed`, `failed`, or `measured` where nothing was demanded.
    public let word: String
    public let reasons: [String]
  }

  public func verdict(_ thresholds: Thresholds) -> Verdict {
    var reasons: [String] = []
    let kld = logits.divergence.mean.value
    for name in logits.notFinite {
      reasons.append("the \(name)'s logits hold values that are not finite")
    }
    // Not `kld > limit`: a NaN must fail.
    if let limit = thresholds.maxKLD, !(kld <= limit) {
      reasons.append(
        kld.isNaN
          ? "mean KL divergence is not a number" : "mean KL divergence \(kld) is above \(limit)")
    }
    if let limit = thresholds.minTop1, !(logits.top1Agreement >= limit) {
      reasons.append("top-1 agreement \(logits.top1Agreement) is below \(limit)")
    }
    if !kld.isFinite, reasons.isEmpty { reasons.append("the divergence is not finite") }
    let demanded = thresholds.maxKLD != nil || thresholds.minTop1 != nil
    let word =
      !reasons.isEmpty
      ? "failed"
      : logits.isIdentical ? "identical" : demanded ? "passed" : "measured"
    return Verdict(passed: reasons.isEmpty, word: word, reasons: reasons)
  }

  /// `tokenizer` spells the tokens; without one, they are ids alone.
  public func json(_ thresholds: Thresholds, tokenizer: Tokenizer? = nil) -> JSONValue {
    let divergence = logits.divergence
    return [
      "reference": .string(reference.checkpoint.path),
      "candidate": .string(candidate.checkpoint.path),
      "protocol": .string(scoring.name.rawValue),
      "context": .int(scoring.context),
      "activations": .string(scoring.activations.rawValue),
      "chunks": .int(windows),
      "tokens": .int(tokens),
      "positions": .int(logits.positions),
      "logits": [
        "max_abs_diff": .double(logits.maxAbsDiff), "rms_diff": .double(logits.rmsDiff),
        "nmse": .double(logits.nmse), "cosine": .double(logits.cosine),
        "identical": .bool(logits.isIdentical),
      ],
      "kld": [
        "mean": .double(divergence.mean.value), "stderr": .double(divergence.mean.standardError),
        "median": .double(divergence.median), "p90": .double(divergence.p90),
        "p99": .double(divergence.p99), "p99_9": .double(divergence.p999),
        "max": .double(divergence.max),
      ],
      "top1_agreement": .double(logits.top1Agreement),
      "perplexity": [
        "reference": .double(logits.referencePerplexity.value),
        "candidate": .double(logits.candidatePerplexity.value),
        "reference_stderr": .double(logits.referencePerplexity.standardError),
        "candidate_stderr": .double(logits.candidatePerplexity.standardError),
      ],
      "layers": .array(
        layers.map { ["index": .int($0.index), "nmse": .double($0.nmse)] }),
      "tensors": .array(
        tensors.map {
          [
            "name": .string($0.name), "type": .string($0.type.name),
            "bits_per_weight": .double($0.bitsPerWeight), "nmse": .double($0.nmse),
          ]
        }),
      "worst_positions": .array(logits.worstPositions.map { $0.json(tokenizer) }),
      "first_divergence": firstDivergence.map(\.json) ?? .null,
      "verdict": .string(verdict(thresholds).word),
    ]
  }
}

extension Divergence {
  var json: JSONValue {
    let (stage, block): (String, JSONValue) =
      switch self.stage {
      case .embedding: ("embedding", .null)
      case .block(let index): ("block", .int(index))
      }
    return [
      "stage": .string(stage), "block": block, "position": .int(position), "nmse": .double(nmse),
    ]
  }
}
