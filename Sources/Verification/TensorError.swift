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
  /// row order. Without `keepsPages` the weights' memory is given back, tensor by tensor.
  static func all(
    _ reference: Model, _ candidate: Model, keepsPages: Bool, workers: Workers
  ) throws(FormatError) -> [TensorError] {
    var errors: [TensorError] = []
    for key in reference.keys {
      let (a, b) = (reference[key], candidate[key])
      guard let left = a.first, let right = b.first else { continue }
      let (from, to) = (reference.slots[left.slot], candidate.slots[right.slot])
      let rows = try (Rows(reference, key), Rows(candidate, key))
      guard rows.0.count == rows.1.count, rows.0.length == rows.1.length else { continue }
      let distance = try compare(rows.0, rows.1, workers: workers)
      errors.append(
        TensorError(
          key: key,
          name: candidate.architecture.name(of: right.strip.spec, block: key.block, .gguf),
          elements: rows.1.count * rows.1.length, referenceType: from.info.dtype,
          type: to.info.dtype, bitsPerWeight: to.info.dtype.bitsPerWeight, nmse: distance.nmse))
      guard !keepsPages else { continue }
      for (model, homes) in [(reference, a), (candidate, b)] {
        for slot in Set(homes.map(\.slot)) {
          model.checkpoint.tensors.advise(.done, model.slots[slot].info)
        }
      }
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

  /// A logical tensor's rows in transformers' order, wherever they stand.
  private struct Rows: @unchecked Sendable {
    let count: Int
    let length: Int
    private let model: Model
    private let key: Model.Key
    private let files: [Int: File]
    /// Where a file has each column; nil for transformers' order.
    private let columns: [Int]?

    /// A transposed matrix is read element by element.
    private struct File {
      let format: BlockFormat
      let bytes: UnsafeRawBufferPointer
      let unitBytes: Int
      let tensor: FileTensor
    }

    init(_ model: Model, _ key: Model.Key) throws(FormatError) {
      self.model = model
      self.key = key
      var files: [Int: File] = [:]
      var (count, length) = (0, 0)
      for home in model[key] {
        let slot = model.slots[home.slot]
        length = slot.tensor.columns
        count += home.strip.rows * slot.tensor.slices
        guard let format = BlockFormat.of(slot.info.dtype),
          let unitBytes = slot.info.dtype.byteCount(
            elements: slot.tensor.isTransposed ? 1 : length)
        else {
          throw FormatError(
            .unknown, "values of this type cannot be decoded", subject: slot.info.name,
            found: slot.info.dtype.name)
        }
        files[home.slot] = File(
          format: format, bytes: try model.checkpoint.tensors.mapped(slot.info),
          unitBytes: unitBytes, tensor: slot.tensor)
      }
      (self.count, self.length, self.files) = (count, length, files)
      columns = model[key].first?.strip.columnOrder.inverse.rowOrder(rows: length)
    }

    func decode(_ row: Int, into values: UnsafeMutableBufferPointer<Float>) {
      guard let place = model.place(of: row, key), let file = files[place.slot] else { return }
      guard file.tensor.isTransposed else {
        let start = place.row * file.unitBytes
        let bytes = file.bytes[start..<start + file.unitBytes]
        file.format.decode(UnsafeRawBufferPointer(rebasing: bytes), into: values)
        if let columns {
          let row = Array(values)
          for (place, column) in columns.enumerated() { values[place] = row[column] }
        }
        return
      }
      let sliceRows = file.tensor.rows / file.tensor.slices
      let (slice, within) = place.row.quotientAndRemainder(dividingBy: sliceRows)
      for column in 0..<length {
        let start = ((slice * length + column) * sliceRows + within) * file.unitBytes
        file.format.decode(
          UnsafeRawBufferPointer(rebasing: file.bytes[start..<start + file.unitBytes]),
          into: UnsafeMutableBufferPointer(rebasing: values[column...column]))
      }
    }
  }
}
