/// How a router turns its scores into weights. Raw values are GGUF's.
public enum ExpertGating: Int, Sendable {
  case softmax = 1
  case sigmoid = 2
}

/// The numbers of a model, resolved, under their GGUF names. 0 is "none" where a model need not
/// have the number.
public struct HyperParameters: Sendable, Equatable {
  public var blockCount = 0
  /// Blocks of the file after these, which draft further tokens and are left out.
  public var nextnPredictLayers = 0
  public var contextLength = 0
  public var embeddingLength = 0
  public var feedForwardLength = 0
  public var headCount = 0
  public var headCountKV = 0
  /// Width of one head of queries and keys.
  public var keyLength = 0
  /// Width of one head of values where it is not `keyLength`.
  public var ownValueLength = 0
  public var vocabularySize = 0
  public var rmsEpsilon: Float = 0
  public var layerNormEpsilon: Float = 0

  // Latent attention: a token's keys and values are one vector for all heads, from which those of each
  // head are made. In the terms above its key is that vector beside the part that rope rotates, its
  // value the vector, and there is one such head.
  /// Width of the vector that queries are made from; 0 where they are made from x.
  public var qLoraRank = 0
  /// Width of the vector that keys and values are made from; 0 where attention is not latent.
  public var kvLoraRank = 0
  /// Width of one head of queries and keys, and of one of values, when they are made.
  public var keyLengthMLA = 0
  public var valueLengthMLA = 0

  // Mixtures of experts.
  /// Experts that a layer chooses from; 0 where every layer is dense.
  public var expertCount = 0
  public var expertUsedCount = 0
  public var expertFeedForwardLength = 0
  public var expertSharedCount = 0
  public var expertSharedFeedForwardLength = 0
  public var expertGroupCount = 0
  public var expertGroupUsedCount = 0
  /// A factor of the weights, and whether they are normalized to a sum of 1 before it.
  public var expertWeightsScale: Float = 0
  public var expertWeightsNorm = false
  public var expertGatingFunc = ExpertGating.softmax
  /// The first layers, which are dense.
  public var leadingDenseBlockCount = 0
  /// Every n-th layer has experts, and the others are dense; 0 and 1 are all.
  public var expertLayerStep = 0
  /// Further dense layers; empty where there are none.
  public var denseLayers: [Bool] = []

  // Positions.
  /// Elements of a head that rope rotates; 0 is all.
  public var ropeDimensionCount = 0
  public var ropeFreqBase: Float = 10_000
  /// The base in layers with a window, whose frequencies are not scaled; 0 where all layers agree.
  public var ropeFreqBaseSliding: Float = 0
  public var ropeScaling = RopeScaling.none
  /// Pairs that rope gives to time, height and width; all three are the position in text.
  public var ropeSections: [Int] = []
  /// Whether these sections take turns among the pairs.
  public var interleavesRopeSections = false
  /// The context of the first training, where a family states it beside the scaling.
  public var ropeOriginalContext = 0
  /// Queries beyond `ropeOriginalContext` are scaled by the logarithm of their position, in units of
  /// its own.
  public var scalesQueriesByLog = false
  /// Positions that a token of a layer with a window sees, itself among them.
  public var slidingWindow = 0
  /// Which layers have the window; empty where none has.
  public var slidingLayers: [Bool] = []
  /// Which layers rope rotates; empty where it rotates all.
  public var ropedLayers: [Bool] = []
  /// Which layers are recurrent; empty where none is.
  public var recurrentLayers: [Bool] = []

  /// Layers of the vision tower whose output is added to the first layers of text.
  public var deepstackLayerCount = 0

  // Gated delta nets.
  /// Length of the convolution.
  public var ssmConvKernel = 0
  /// Elements of a head's query or key.
  public var ssmStateSize = 0
  /// Key heads, and the value heads that they share.
  public var ssmGroupCount = 0
  public var ssmTimeStepRank = 0
  /// Elements of a head's value.
  public var ssmValueSize = 0
  /// Where layers are not listed, the last of every so many is one of attention.
  public var fullAttentionInterval = 0

  // Factors and caps.
  /// What scores are multiplied by; 0 is 1/√keyLength.
  public var attentionScale: Float = 0
  public var embeddingScale: Float = 0
  public var residualScale: Float = 0
  public var logitScale: Float = 0
  public var attnLogitSoftcapping: Float = 0
  public var finalLogitSoftcapping: Float = 0
  /// Queries, keys and values are clamped to ± this.
  public var clampKQV: Float = 0

  /// The output head is the token embedding, and the file holds no tensor for it.
  public var tiedEmbeddings = false
  /// The attention projections have biases, where the family leaves that open.
  public var attentionBias = false
  /// The feed-forward projections have biases, where the family leaves that open.
  public var feedForwardBias = false
  /// Only queries, keys and values have biases, where the family leaves the others open.
  public var hasNoBiases = false
  /// Queries and keys are normalized, where the family leaves that open.
  public var queryKeyNorm = false
  /// Attention and the feed-forward network take the same input, where the family leaves that open.
  public var parallelResidual = false

  public init() {}

  /// Rope's base grows in steps beyond `ropeOriginalContext`, which must be set before.
  public var stepsRopeBase: Bool {
    get { if case .steps = ropeScaling { true } else { false } }
    set { ropeScaling = newValue ? .steps(context: ropeOriginalContext) : .none }
  }

  public var valueLength: Int { ownValueLength == 0 ? keyLength : ownValueLength }
  public var rotatedLength: Int { ropeDimensionCount == 0 ? keyLength : ropeDimensionCount }

  /// Numbers that a runtime keeps of each token in a layer: a key and a value for each head, but of
  /// latent attention the key alone, whose beginning is the value.
  public var cachedLength: Int {
    headCountKV * (kvLoraRank > 0 ? keyLength : keyLength + valueLength)
  }

  public var hasQueryLatent: Bool { qLoraRank > 0 }
  /// Elements of a head of latent attention that rope leaves alone.
  public var plainLengthMLA: Int { keyLengthMLA - rotatedLength }

  public func isMixture(_ block: Int) -> Bool {
    expertCount > 0 && block >= leadingDenseBlockCount
      && !(denseLayers.indices.contains(block) && denseLayers[block])
      && (expertLayerStep <= 1 || (block + 1) % expertLayerStep == 0)
  }

  public func isSliding(_ block: Int) -> Bool {
    slidingLayers.indices.contains(block) && slidingLayers[block]
  }

  public func isRecurrent(_ block: Int) -> Bool {
    recurrentLayers.indices.contains(block) && recurrentLayers[block]
  }

  public func isRoped(_ block: Int) -> Bool {
    !ropedLayers.indices.contains(block) || ropedLayers[block]
  }

  /// Whether a GGUF's numbers are those of the configuration that it was made from. A GGUF holds
  /// rope's divisors, which leave a few of Llama 3's numbers open: computing them is what counts.
  public func agree(with gguf: HyperParameters) -> Bool {
    var copy = self
    copy.nextnPredictLayers = gguf.nextnPredictLayers
    let divisors = gguf.ropeScaling.divisors(base: ropeFreqBase, headDimension: rotatedLength)
    if let divisors,
      ropeScaling.reproduces(divisors, base: ropeFreqBase, headDimension: rotatedLength)
    {
      copy.ropeScaling = gguf.ropeScaling
    }
    return copy == gguf
  }
}
