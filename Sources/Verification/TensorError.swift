import Architectures
import Containers
import Reference
import Synchronization
import Tensors

/// What storing a tensor in another type did to its values.
public struct TensorError: Sendable {
  /// What the tensor is for, and in which block.
  public let key: Model.Key
  /// As the candidate's GGUF names it.
  public let name: String
  public let elements: Int
  /// As the reference stores it, and as the candidate does.
  public let referenceType: DType
  public let type: DType
  public let bitsPerWeight: Double
  public let nmse: Double
}

extension TensorError {
  /// Compares every tensor that both models have, row by row, in GGUF's names and transformers'
  /// row order.
  static func all(_ reference: Model, _ candidate: Model, workers: Workers) throws(FormatError)
    -> [TensorError]
  {
    var errors: [TensorError] = []
    for slot in reference.slots {
      let key = Model.Key(slot.spec.role, slot.spec.part, block: slot.block)
      guard let other = candidate[key], other.info.shape == slot.info.shape else { continue }
      let distance = try compare(
        try Rows(reference, slot), try Rows(candidate, other), workers: workers)
      errors.append(
        TensorError(
          key: key, name: candidate.architecture.name(of: other.spec, block: other.block, .gguf),
          elements: other.info.elementCount, referenceType: slot.info.dtype, type: other.info.dtype,
          bitsPerWeight: other.info.dtype.bitsPerWeight,
          nmse: distance.nmse))
    }
    return errors
  }

  private static func compare(_ a: Rows, _ b: Rows, workers: Workers) throws(FormatError)
    -> Distance
  {
    // Summed per batch, then in order: the same result for any number of threads.
    let batch = max(1, (1 << 18) / max(1, a.length))
    let batches = (a.count + batch - 1) / batch
    let results = Mutex([Distance](repeating: Distance(), count: batches))
    workers.run(count: batches) { item, _ in
      var distance = Distance()
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * max(1, a.length)) { scratch in
        let left = UnsafeMutableBufferPointer(rebasing: scratch[..<a.length])
        let right = UnsafeMutableBufferPointer(rebasing: scratch[a.length..<2 * a.length])
        for row in item * batch..<min((item + 1) * batch, a.count) {
          a.decode(row, into: left)
          b.decode(row, into: right)
          distance.add(UnsafeBufferPointer(left), UnsafeBufferPointer(right))
        }
      }
      results.withLock { $0[item] = distance }
    }
    return results.withLock { $0.reduce(into: Distance()) { $0.add($1) } }
  }

  /// A tensor's rows in transformers' order. The rows of a vector are its elements where its
  /// order matters, and itself where it does not.
  private struct Rows: @unchecked Sendable {
    let count: Int
    let length: Int
    private let format: BlockFormat
    private let bytes: UnsafeRawBufferPointer
    private let rowBytes: Int
    private let order: [Int]?

    init(_ model: Model, _ slot: Model.Slot) throws(FormatError) {
      let shape = slot.info.shape
      let transform = model.transform(slot, to: .huggingFace)
      let isVector = shape.dimensions.count == 1 && slot.spec.rotated != nil
      count = isVector ? shape.rowLength : shape.rowCount
      length = isVector ? 1 : shape.rowLength
      guard let format = BlockFormat.of(slot.info.dtype),
        let rowBytes = slot.info.dtype.byteCount(elements: length)
      else {
        throw FormatError(
          .unknown, "values of this type cannot be decoded", subject: slot.info.name,
          found: slot.info.dtype.name)
      }
      self.format = format
      self.rowBytes = rowBytes
      bytes = try model.checkpoint.tensors.mapped(slot.info)
      order = transform.rowOrder(rows: count)
    }

    func decode(_ row: Int, into values: UnsafeMutableBufferPointer<Float>) {
      let start = (order?[row] ?? row) * rowBytes
      format.decode(
        UnsafeRawBufferPointer(rebasing: bytes[start..<start + rowBytes]), into: values)
    }
  }
}
