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
  /// One for a role, or one for each expert.
  private let matrices: [Model.Key: [Weights]]
  private let vectors: [Model.Key: [Float]]
  /// Matrices that a file holds transposed, turned.
  private nonisolated(unsafe) let turned: [FloatBuffer]

  /// Throws `.unknown` where a tensor has a type that cannot be decoded, `.io` where the file
  /// cannot be mapped.
  public init(_ model: Model, kernels: Kernels = .active) throws(FormatError) {
    self.model = model
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

  private func missing(_ role: TensorRole, _ block: Int?) -> FormatError {
    FormatError(
      .missing, "the forward pass needs this tensor", file: model.checkpoint.path,
      subject: (block.map { "blk.\($0)." } ?? "") + role.rawValue)
  }
}
