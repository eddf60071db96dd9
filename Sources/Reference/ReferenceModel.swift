import Architectures
import Containers
import Tensors

/// A model ready to compute: its matrices as they stand in the file, its vectors as floats.
///
/// Matrices stay mapped and quantized; the multiplication decodes them panel by panel. Whatever
/// row order a file uses is brought to transformers' order here, so that two files of the same
/// model compute the same operations in the same order.
public final class ReferenceModel: Sendable {
  public let model: Model
  /// What of the mapped file is in memory.
  public let pages: WeightPages
  /// One for a role, or one for each expert.
  private let matrices: [Model.Key: [Weights]]
  private let vectors: [Model.Key: [Float]]
  /// Matrices that a file holds transposed, turned.
  private nonisolated(unsafe) let turned: [FloatBuffer]
  /// The small tensors of gated delta nets, by block.
  private let deltas: [Int: DeltaWeights]

  /// Throws `.unknown` where a tensor has a type that cannot be decoded, `.io` where the file
  /// cannot be mapped.
  public init(_ model: Model, kernels: Kernels = .active) throws(FormatError) {
    self.model = model
    pages = WeightPages(model)
    var reader = TensorReader(model, kernels)
    var matrices: [Model.Key: [Weights]] = [:]
    var vectors: [Model.Key: [Float]] = [:]
    for key in model.keys {
      guard let spec = model[key].first?.strip.spec, !spec.isGenerated else { continue }
      if spec.isVector {
        vectors[key] = try reader.vector(key, spec)
      } else {
        matrices[key] = try reader.matrices(key, spec)
      }
    }
    self.matrices = matrices
    self.vectors = vectors
    turned = reader.turned
    deltas = ReferenceModel.deltas(model.parameters, vectors)
    // Small tensors were copied: what of the file came with them is given back.
    for slot in model.slots { model.checkpoint.tensors.advise(.done, slot.info) }
  }

  /// What is held in memory beside the mapped file.
  public var copiedBytes: Int {
    let vectors = vectors.values.reduce(0) { $0 + $1.count }
    return (vectors + turned.reduce(0) { $0 + $1.count }) * floatBytes
      + model.checkpoint.tensors.copiedBytes
  }

  /// The matrix of a role, or of one of its experts; the token embedding stands in for a tied
  /// output head.
  func matrix(_ role: TensorRole, block: Int?, expert: Int = 0) throws(FormatError) -> Weights {
    let key = Model.Key(role, block: block)
    if let found = matrices[key], found.indices.contains(expert) { return found[expert] }
    if role == .output, let embedding = matrices[Model.Key(.tokenEmbd)]?.first { return embedding }
    throw missing(role, block)
  }

  func vector(_ role: TensorRole, _ part: TensorSpec.Part = .weight, block: Int?)
    throws(FormatError) -> [Float]
  {
    guard let found = vectors[Model.Key(role, part, block: block)] else {
      throw missing(role, block)
    }
    return found
  }

  func bias(_ role: TensorRole, block: Int?) -> [Float]? {
    vectors[Model.Key(role, .bias, block: block)]
  }

  private static func deltas(_ parameters: HyperParameters, _ vectors: [Model.Key: [Float]])
    -> [Int: DeltaWeights]
  {
    guard let layout = DeltaLayout(parameters) else { return [:] }
    var deltas: [Int: DeltaWeights] = [:]
    for block in 0..<parameters.blockCount where parameters.isRecurrent(block) {
      func vector(_ role: TensorRole, _ part: TensorSpec.Part = .weight) -> [Float] {
        vectors[Model.Key(role, part, block: block)] ?? []
      }
      deltas[block] = DeltaWeights(
        layout, convolution: vector(.ssmConv1d), rate: vector(.ssmA),
        timeBias: vector(.ssmDt, .bias), norm: vector(.ssmNorm),
        epsilon: Double(parameters.rmsEpsilon))
    }
    return deltas
  }

  func delta(block: Int) throws(FormatError) -> DeltaWeights {
    guard let found = deltas[block] else { throw missing(.ssmConv1d, block) }
    return found
  }

  private func missing(_ role: TensorRole, _ block: Int?) -> FormatError {
    FormatError(
      .missing, "the forward pass needs this tensor", file: model.checkpoint.path,
      subject: (block.map { "blk.\($0)." } ?? "") + role.rawValue)
  }
}
