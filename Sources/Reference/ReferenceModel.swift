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
  let matrices: [Model.Key: Weights]
  let vectors: [Model.Key: [Float]]
  /// Divisors applied; one for each pair of a head.
  let inverseFrequencies: [Float]

  /// Throws `.unknown` where a tensor has a type that cannot be decoded, `.io` where the file
  /// cannot be mapped.
  public init(_ model: Model, kernels: Kernels = .active) throws(FormatError) {
    self.model = model
    var matrices: [Model.Key: Weights] = [:]
    var vectors: [Model.Key: [Float]] = [:]
    for slot in model.slots {
      let key = Model.Key(slot.spec.role, slot.spec.part, block: slot.block)
      guard let format = BlockFormat.of(slot.info.dtype) else {
        throw FormatError(
          .unknown, "values of this type cannot be decoded", file: model.checkpoint.path,
          subject: slot.info.name, found: slot.info.dtype.name)
      }
      let bytes = try model.checkpoint.tensors.mapped(slot.info)
      let transform = model.transform(slot, to: .huggingFace)
      if slot.info.shape.dimensions.count == 1 {
        vectors[key] = ReferenceModel.vector(slot.info, format, bytes, transform, kernels)
      } else {
        matrices[key] = Weights(
          format.rowDecoder(kernels), bytes: bytes, rows: slot.info.shape.rowCount,
          columns: slot.info.shape.rowLength,
          rowOrder: transform.rowOrder(rows: slot.info.shape.rowCount))
      }
    }
    self.matrices = matrices
    self.vectors = vectors
    let parameters = model.parameters
    let frequencies = RopeScaling.frequencies(
      base: parameters.ropeFreqBase, headDimension: parameters.keyLength)
    let divisors = parameters.ropeScaling.divisors(
      base: parameters.ropeFreqBase, headDimension: parameters.keyLength)
    inverseFrequencies = divisors.map { zip(frequencies, $0).map { $0 / $1 } } ?? frequencies
  }

  private static func vector(
    _ info: TensorInfo, _ format: BlockFormat, _ bytes: UnsafeRawBufferPointer,
    _ transform: Transform, _ kernels: Kernels
  ) -> [Float] {
    let values = [Float](unsafeUninitializedCapacity: info.elementCount) { buffer, count in
      format.decode(
        bytes, into: UnsafeMutableBufferPointer(rebasing: buffer[..<info.elementCount]),
        kernels: kernels)
      count = info.elementCount
    }
    return transform.rowOrder(rows: values.count).map { $0.map { values[$0] } } ?? values
  }

  /// The matrix of a role; the token embedding stands in for a tied output head.
  func matrix(_ role: TensorRole, block: Int?) throws(FormatError) -> Weights {
    let key = Model.Key(role, block: block)
    if let found = matrices[key] { return found }
    if role == .output, let embedding = matrices[Model.Key(.tokenEmbd)] { return embedding }
    throw missing(role, block)
  }

  func vector(_ role: TensorRole, block: Int?) throws(FormatError) -> [Float] {
    guard let found = vectors[Model.Key(role, block: block)] else { throw missing(role, block) }
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
