import Architectures
import Containers
import Tensors

/// Brings the tensors of a file to the logical tensors of its family.
struct TensorReader {
  private let model: Model
  private let kernels: Kernels
  /// Memory that matrices point into.
  private(set) var turned: [FloatBuffer] = []

  init(_ model: Model, _ kernels: Kernels) {
    self.model = model
    self.kernels = kernels
  }

  /// The values of a small tensor, as a GGUF has them.
  func vector(_ key: Model.Key, _ spec: TensorSpec) throws(FormatError) -> [Float] {
    var files: [Int: [Float]] = [:]
    for home in model[key] where files[home.slot] == nil {
      files[home.slot] = try decoded(model.slots[home.slot])
    }
    let count = spec.shape(model.parameters).elementCount ?? 0
    var values = [Float](repeating: 0, count: count)
    for row in 0..<count {
      if let place = model.place(of: row, key), let file = files[place.slot] {
        values[row] = file[place.row]
      }
    }
    return model.convention == .gguf ? values : spec.map.gguf(values)
  }

  /// One matrix, or one for each expert.
  mutating func matrices(_ key: Model.Key, _ spec: TensorSpec) throws(FormatError) -> [Weights] {
    let shape = spec.shape(model.parameters).dimensions
    let count = spec.isStack ? shape[0] : 1
    let rows = shape.dropLast().reduce(1, *) / max(1, count)
    let columns = shape.last ?? 0
    var result: [Weights] = []
    result.reserveCapacity(count)
    // All experts of a transposed stack are in one file tensor: decode it once.
    var decodedSlot: (index: Int, values: [Float])?
    for expert in 0..<count {
      guard let first = model.place(of: expert * rows, key) else { break }
      let slot = model.slots[first.slot]
      guard let format = BlockFormat.of(slot.info.dtype) else { throw undecodable(slot) }
      if spec.role.isTurned {
        result.append(try columnsAsRows(key, slot, expert, rows: rows, columns: columns))
        continue
      }
      if slot.tensor.isTransposed {
        let places = (0..<rows).compactMap { model.place(of: expert * rows + $0, key)?.row }
        let values =
          if let decodedSlot, decodedSlot.index == first.slot { decodedSlot.values } else {
            try decoded(slot)
          }
        decodedSlot = (first.slot, values)
        result += try turn(slot, values, places, columns)
        continue
      }
      let bytes = try model.checkpoint.tensors.mapped(slot.info)
      let home = model[key].count > 1 ? model[key][expert] : model[key][0]
      let weights: Weights?
      let runs = columnRuns(home.strip, columns)
      if home.strip.isContiguous, let rowBytes = slot.info.dtype.byteCount(elements: columns) {
        let start = first.row * rowBytes
        weights = Weights(
          format.rowDecoder(kernels),
          bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<start + rows * rowBytes]),
          rows: rows, columns: columns, columnRuns: runs)
      } else {
        let order = (0..<rows).compactMap { model.place(of: expert * rows + $0, key)?.row }
        weights = Weights(
          format.rowDecoder(kernels), bytes: bytes, rows: slot.tensor.rows, columns: columns,
          rowOrder: order, columnRuns: runs)
      }
      guard let weights else { throw undecodable(slot) }
      result.append(weights)
    }
    return result
  }

  /// Where a file has the runs of columns that make one value head each; nil where it has them in
  /// transformers' order.
  private func columnRuns(_ strip: FileTensor.Strip, _ columns: Int) -> ColumnRuns? {
    let heads = model.parameters.ssmTimeStepRank
    let order = strip.columnOrder.inverse
    guard order != .identity, heads > 0, columns % heads == 0 else { return nil }
    return ColumnRuns(
      size: columns / heads, order: (0..<heads).map { order.source(of: $0, rows: heads) })
  }

  /// A copy of a transposed matrix with its rows in order.
  private mutating func turn(
    _ slot: Model.Slot, _ values: [Float], _ places: [Int], _ columns: Int
  ) throws(FormatError) -> [Weights] {
    let sliceRows = slot.tensor.rows / slot.tensor.slices
    let copy = FloatBuffer(count: places.count * columns)
    for (row, place) in places.enumerated() {
      let start = place / sliceRows * sliceRows * columns + place % sliceRows
      for column in 0..<columns {
        copy.base[row * columns + column] = values[start + column * sliceRows]
      }
    }
    turned.append(copy)
    let bytes = UnsafeRawBufferPointer(start: copy.base, count: copy.count * floatBytes)
    guard let format = BlockFormat.of(.f32),
      let weights = Weights(
        format.rowDecoder(kernels), bytes: bytes, rows: places.count, columns: columns)
    else { throw undecodable(slot) }
    return [weights]
  }

  /// A matrix whose columns the runner takes as rows: as the file has it where that is transposed,
  /// else a copy.
  private mutating func columnsAsRows(
    _ key: Model.Key, _ slot: Model.Slot, _ expert: Int, rows: Int, columns: Int
  ) throws(FormatError) -> Weights {
    guard let format = BlockFormat.of(slot.info.dtype) else { throw undecodable(slot) }
    let bytes = try model.checkpoint.tensors.mapped(slot.info)
    let places = (0..<rows).compactMap { model.place(of: expert * rows + $0, key)?.row }
    let weights: Weights?
    if slot.tensor.isTransposed {
      guard slot.tensor.strips.count == 1, let first = places.first,
        let size = slot.info.dtype.byteCount(elements: rows * columns)
      else { throw undecodable(slot) }
      let start = first / rows * size
      weights = Weights(
        format.rowDecoder(kernels),
        bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<start + size]), rows: columns,
        columns: rows)
    } else {
      let source = Weights(
        format.rowDecoder(kernels), bytes: bytes, rows: slot.tensor.rows, columns: columns,
        rowOrder: places)
      let copy = FloatBuffer(count: rows * columns)
      let row = FloatBuffer(count: columns)
      for place in places.indices {
        source?.decode(row: place, into: row.base)
        for column in 0..<columns { copy.base[column * rows + place] = row.base[column] }
      }
      turned.append(copy)
      weights = BlockFormat.of(.f32).flatMap {
        Weights(
          $0.rowDecoder(kernels),
          bytes: UnsafeRawBufferPointer(start: copy.base, count: copy.count * floatBytes),
          rows: columns, columns: rows)
      }
    }
    guard let weights else { throw undecodable(slot) }
    return weights
  }

  private func decoded(_ slot: Model.Slot) throws(FormatError) -> [Float] {
    guard let format = BlockFormat.of(slot.info.dtype) else { throw undecodable(slot) }
    let bytes = try model.checkpoint.tensors.mapped(slot.info)
    let total = slot.info.elementCount
    return [Float](unsafeUninitializedCapacity: total) { buffer, count in
      format.decode(
        bytes, into: UnsafeMutableBufferPointer(rebasing: buffer[..<total]), kernels: kernels)
      count = total
    }
  }

  private func undecodable(_ slot: Model.Slot) -> FormatError {
    FormatError(
      .unknown, "values of this type cannot be decoded", file: model.checkpoint.path,
      subject: slot.info.name, found: slot.info.dtype.name)
  }
}
