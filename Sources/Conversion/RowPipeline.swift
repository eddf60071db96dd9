import Architectures
import Checkpoints
import Containers
import Tensors

/// Reads, reorders, decodes, checks and encodes the chunks of one worker, in buffers that it reuses.
/// Peak memory is a few chunks per worker, whatever the model's size.
/// Each is used by one worker at a time.
final class RowPipeline: @unchecked Sendable {
  private var source = ReusableBuffer()
  private var floats = ReusableBuffer()
  private var target = ReusableBuffer()
  private let plan: ConversionPlan
  private let geometries: [Chunk.Geometry]
  private let nonFinite: NonFinite
  private let checksCopies: Bool

  init(
    _ plan: ConversionPlan, _ geometries: [Chunk.Geometry], _ nonFinite: NonFinite,
    checksCopies: Bool
  ) {
    self.plan = plan
    self.geometries = geometries
    self.nonFinite = nonFinite
    self.checksCopies = checksCopies
  }

  /// Writes one chunk to its place; returns what its owner should know about the values.
  func run(_ chunk: Chunk, into output: OutputFile) throws(FormatError) -> Problem? {
    let step = plan.steps[chunk.step]
    let geometry = geometries[chunk.step]
    let elements = chunk.units.count * geometry.unitElements
    guard let bytes = step.info.dtype.byteCount(elements: elements),
      let before = step.info.dtype.byteCount(
        elements: chunk.units.lowerBound * geometry.unitElements)
    else { throw FormatError(.damaged, "cannot be divided into rows", subject: step.info.name) }
    let offset = step.offset + before

    let values: UnsafeMutableBufferPointer<Float>
    switch step.source {
    case .bytes(let known):
      let part = target.bytes(bytes)
      part.copyBytes(from: known[before..<before + bytes])
      try output.write(UnsafeRawBufferPointer(part), at: offset)
      return nil
    case .values(let known):
      values = floats.bytes(elements * 4).bindMemory(to: Float.self)
      let first = chunk.units.lowerBound * geometry.unitElements
      for index in 0..<elements { values[index] = known[first + index] }
    case .tensor(let info):
      let raw = try read(info, chunk.units, geometry)
      if isCopied(info.dtype, step) {
        try output.write(UnsafeRawBufferPointer(raw), at: offset)
        return nil
      }
      values = floats.bytes(elements * 4).bindMemory(to: Float.self)
      try decode(UnsafeRawBufferPointer(raw), info, into: values)
    case .microscaled(let rows, let part):
      let split = target.bytes(bytes)
      let size = geometry.unitElements
      try gather(rows, chunk.units) { (run, raw) throws(FormatError) in
        let places = run.place * size..<(run.place + run.count) * size
        part.take(from: raw, into: UnsafeMutableRawBufferPointer(rebasing: split[places]))
      }
      try output.write(UnsafeRawBufferPointer(split), at: offset)
      return nil
    case .rows(let rows) where rows.isTransposed:
      values = floats.bytes(elements * 4).bindMemory(to: Float.self)
      try transpose(rows, slices: chunk.units, into: values)
    case .rows(let rows):
      let columns = rows.columns
      if columns == nil, rows.slots.allSatisfy({ isCopied($0.info.dtype, step) }) {
        let moved = target.bytes(bytes)
        try gather(rows, chunk.units) { (run, raw) throws(FormatError) in
          let rowBytes = bytes / chunk.units.count
          UnsafeMutableRawBufferPointer(rebasing: moved[(run.place * rowBytes)...])
            .copyMemory(from: raw)
        }
        try output.write(UnsafeRawBufferPointer(moved), at: offset)
        return nil
      }
      values = floats.bytes(elements * 4).bindMemory(to: Float.self)
      try gather(rows, chunk.units) { (run, raw) throws(FormatError) in
        let first = run.place * geometry.unitElements
        let end = first + run.count * geometry.unitElements
        try decode(
          raw, rows.model.slots[run.slot].info,
          into: UnsafeMutableBufferPointer(rebasing: values[first..<end]))
      }
      if let columns { reorder(values, columns) }
    }
    return try encode(values, step, chunk, geometry, to: output, bytes: bytes, at: offset)
  }

  private func decode(
    _ raw: UnsafeRawBufferPointer, _ info: TensorInfo,
    into values: UnsafeMutableBufferPointer<Float>
  ) throws(FormatError) {
    guard let format = BlockFormat.of(info.dtype) else {
      throw FormatError(
        .unknown, "values of this type cannot be converted", subject: info.name,
        found: info.dtype.name)
    }
    format.decode(raw, into: values)
  }

  /// Bytes that stay as they are need no decoding, unless their values are to be looked at.
  private func isCopied(_ source: DType, _ step: ConversionPlan.Step) -> Bool {
    source == step.info.dtype && !(checksCopies && [.f32, .f16, .bf16].contains(source))
  }

  private func encode(
    _ buffer: UnsafeMutableBufferPointer<Float>, _ step: ConversionPlan.Step, _ chunk: Chunk,
    _ geometry: Chunk.Geometry, to output: OutputFile, bytes: Int, at offset: Int
  ) throws(FormatError) -> Problem? {
    let values = UnsafeBufferPointer(buffer)
    let first = chunk.units.lowerBound * geometry.unitElements
    var problem: Problem?
    var peak = Magnitude.peak(values)
    if !peak.isFinite {
      problem = try replaceNonFinite(buffer, step, first: first)
      peak = Magnitude.peak(values)
    }
    guard let format = BlockFormat.of(step.info.dtype), format.storesWeights else {
      throw FormatError(
        .unknown, "values cannot be converted to this type", subject: step.info.name,
        found: step.info.dtype.name)
    }
    let encoded = target.bytes(bytes)
    if let importance = step.importance {
      encode(
        values, format, step.info.shape, firstRow: first / max(1, step.info.shape.rowLength),
        importance, encoded)
    } else {
      format.encode(values, rowLength: values.count, into: encoded)
    }
    if step.mustBeExact { try prove(format, encoded, values, step) }
    try output.write(UnsafeRawBufferPointer(encoded), at: offset)
    guard step.info.dtype == .f16, peak >= Magnitude.f16Limit else { return problem }
    return Problem(
      .warning, "value-overflow", subject: step.subject,
      "has values up to \(peak), which F16 turns into infinity (its largest is 65504)",
      remedy: "Use --type bf16 or f32, which hold them.")
  }

  /// Whole rows with their expert's weights.
  private func encode(
    _ values: UnsafeBufferPointer<Float>, _ format: BlockFormat, _ shape: Shape, firstRow: Int,
    _ importance: [Float], _ encoded: UnsafeMutableRawBufferPointer
  ) {
    let length = shape.rowLength
    let rowBytes = encoded.count / (values.count / length)
    let rowsPerExpert = shape.rowCount / (importance.count / length)
    let end = firstRow + values.count / length
    var row = firstRow
    while row < end {
      let expert = row / rowsPerExpert
      let next = min(end, (expert + 1) * rowsPerExpert)
      let rows = row - firstRow..<next - firstRow
      importance.withUnsafeBufferPointer { importance in
        format.encode(
          UnsafeBufferPointer(
            rebasing: values[rows.lowerBound * length..<rows.upperBound * length]),
          rowLength: length,
          importance: UnsafeBufferPointer(
            rebasing: importance[expert * length..<(expert + 1) * length]),
          into: UnsafeMutableRawBufferPointer(
            rebasing: encoded[rows.lowerBound * rowBytes..<rows.upperBound * rowBytes]))
      }
      row = next
    }
  }

  /// Decodes what was encoded and compares it with the values, bit for bit.
  private func prove(
    _ format: BlockFormat, _ encoded: UnsafeMutableRawBufferPointer,
    _ values: UnsafeBufferPointer<Float>, _ step: ConversionPlan.Step
  ) throws(FormatError) {
    let decoded = source.bytes(values.count * 4).bindMemory(to: Float.self)
    format.decode(UnsafeRawBufferPointer(encoded), into: decoded)
    for index in values.indices where values[index].bitPattern != decoded[index].bitPattern {
      throw FormatError(
        .damaged,
        "its type before it became a GGUF was \(format.dtype.name), which cannot hold its values",
        subject: step.subject, expected: "\(values[index])", found: "\(decoded[index])",
        remedy: RowPipeline.isQuantized(step)
          ? "It was quantized, which changed its values: choose a type, such as --type bf16."
          : "The file was changed since: choose a type, such as --type f32.")
    }
  }

  private static func isQuantized(_ step: ConversionPlan.Step) -> Bool {
    if case .tensor(let info) = step.source { info.dtype.isQuantized } else { false }
  }

  /// The bytes of some units of a tensor.
  private func read(_ info: TensorInfo, _ units: Range<Int>, _ geometry: Chunk.Geometry)
    throws(FormatError) -> UnsafeMutableRawBufferPointer
  {
    guard let unitBytes = info.dtype.byteCount(elements: geometry.unitElements) else {
      throw FormatError(.damaged, "its rows are no whole number of blocks", subject: info.name)
    }
    let buffer = source.bytes(units.count * unitBytes)
    try plan.source.read(
      info, units.lowerBound * unitBytes..<units.upperBound * unitBytes, into: buffer)
    return buffer
  }

  /// Rows that follow each other in the source and in the target.
  private struct Run {
    let slot: Int
    let row: Int
    /// The first row's place in the chunk.
    let place: Int
    var count = 1
  }

  /// Gives `body` the bytes of the rows in `units`, run by run.
  private func gather(
    _ rows: RowSource, _ units: Range<Int>,
    _ body: (Run, UnsafeRawBufferPointer) throws(FormatError) -> Void
  ) throws(FormatError) {
    var runs: [Run] = []
    for (place, unit) in units.enumerated() {
      guard let found = rows.source(of: unit) else {
        throw FormatError(.damaged, "has a row that nothing is known of", subject: rows.target.name)
      }
      if let last = runs.last, last.slot == found.slot, last.row + last.count == found.row {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(Run(slot: found.slot, row: found.row, place: place))
      }
    }
    // Short runs of one tensor are near each other: rope moves rows within a head. One read has
    // them all.
    var start = 0
    while start < runs.count {
      let slot = runs[start].slot
      var end = start, low = runs[start].row, high = low + runs[start].count
      while end + 1 < runs.count, runs[end + 1].slot == slot {
        let next = runs[end + 1]
        let (newLow, newHigh) = (min(low, next.row), max(high, next.row + next.count))
        if newHigh - newLow > 2 * units.count { break }
        (low, high, end) = (newLow, newHigh, end + 1)
      }
      let info = rows.model.slots[slot].info
      guard let rowBytes = info.dtype.byteCount(elements: rows.target.columns) else {
        throw FormatError(.damaged, "its rows are no whole number of blocks", subject: info.name)
      }
      let window = source.bytes((high - low) * rowBytes)
      try plan.source.read(info, low * rowBytes..<high * rowBytes, into: window)
      for run in runs[start...end] {
        let first = (run.row - low) * rowBytes
        try body(
          run,
          UnsafeRawBufferPointer(rebasing: window[first..<first + run.count * rowBytes]))
      }
      start = end + 1
    }
  }

  /// Moves the elements of each row: element n becomes the one that stood at `columns[n]`.
  private func reorder(_ values: UnsafeMutableBufferPointer<Float>, _ columns: [Int]) {
    let row = source.bytes(columns.count * 4).bindMemory(to: Float.self)
    for start in stride(from: 0, to: values.count, by: max(1, columns.count)) {
      for (place, column) in columns.enumerated() { row[place] = values[start + column] }
      for place in row.indices { values[start + place] = row[place] }
    }
  }

  /// Whole matrices whose rows are columns in the source, or become columns. A worker holds a few of
  /// them: one expert's, or those of a small, old model.
  private func transpose(
    _ rows: RowSource, slices: Range<Int>, into values: UnsafeMutableBufferPointer<Float>
  ) throws(FormatError) {
    let (count, columns) = (rows.target.rows / rows.target.slices, rows.target.columns)
    // Of each source, the slice that was decoded last: all experts of a stack would be too much.
    var decoded: [Int: (slice: Int, values: [Float])] = [:]
    for row in slices.lowerBound * count..<slices.upperBound * count {
      guard let found = rows.source(of: row) else { continue }
      let slot = rows.model.slots[found.slot]
      let sliceRows = slot.tensor.rows / slot.tensor.slices
      let (slice, within) = found.row.quotientAndRemainder(dividingBy: sliceRows)
      if decoded[found.slot]?.slice != slice {
        decoded[found.slot] = (slice, try self.slice(slice, of: slot))
      }
      guard let all = decoded[found.slot]?.values else { continue }
      let (start, step) =
        slot.tensor.isTransposed ? (within, sliceRows) : (within * columns, 1)
      let (targetSlice, place) = row.quotientAndRemainder(dividingBy: count)
      let (first, stride) =
        rows.target.isTransposed
        ? ((targetSlice - slices.lowerBound) * count * columns + place, count)
        : ((row - slices.lowerBound * count) * columns, 1)
      for column in 0..<columns { values[first + column * stride] = all[start + column * step] }
    }
  }

  /// The values of one matrix of a stack.
  private func slice(_ slice: Int, of slot: Model.Slot) throws(FormatError) -> [Float] {
    let count = slot.info.elementCount / slot.tensor.slices
    guard let bytes = slot.info.dtype.byteCount(elements: count) else {
      throw FormatError(.damaged, "its rows are no whole number of blocks", subject: slot.info.name)
    }
    var values = [Float](repeating: 0, count: count)
    let raw = source.bytes(bytes)
    try plan.source.read(slot.info, slice * bytes..<(slice + 1) * bytes, into: raw)
    try values.withUnsafeMutableBufferPointer { values throws(FormatError) in
      try decode(UnsafeRawBufferPointer(raw), slot.info, into: values)
    }
    return values
  }

  /// Refuses values that are not finite, or puts zeros in their place.
  private func replaceNonFinite(
    _ values: UnsafeMutableBufferPointer<Float>, _ step: ConversionPlan.Step, first: Int
  ) throws(FormatError) -> Problem? {
    guard let index = values.firstIndex(where: { !$0.isFinite }) else { return nil }
    let length = max(1, step.info.shape.rowLength)
    let (row, column) = (first + index).quotientAndRemainder(dividingBy: length)
    let place = "\(values[index]) in row \(row), column \(column)"
    switch nonFinite {
    case .refuse:
      throw FormatError(
        .damaged, "holds a value that is not a number or infinite", subject: step.subject,
        expected: "finite weights", found: place,
        remedy: "The checkpoint is damaged, or was saved after training had diverged. "
          + "--non-finite zero puts zeros in place of such values.")
    case .zero:
      for index in values.indices where !values[index].isFinite { values[index] = 0 }
      return Problem(
        .warning, "non-finite", subject: step.subject,
        "holds values that are not finite (\(place)); they became zero")
    }
  }
}

/// What becomes of weights that are not a number or infinite.
public enum NonFinite: String, Sendable, CaseIterable {
  case refuse, zero
}

/// Scans of float rows that the compiler vectorizes.
enum Magnitude {
  /// From here on F16 rounds to infinity.
  static let f16Limit: Float = 65_520

  /// The largest magnitude; infinite or NaN where any value is.
  static func peak(_ values: UnsafeBufferPointer<Float>) -> Float {
    var bits: UInt32 = 0
    for value in values { bits = max(bits, value.bitPattern & 0x7fff_ffff) }
    return Float(bitPattern: bits)
  }
}

/// Memory that grows to the largest chunk and is then reused.
struct ReusableBuffer: ~Copyable {
  private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  deinit { memory.deallocate() }

  mutating func bytes(_ count: Int) -> UnsafeMutableRawBufferPointer {
    if memory.count < count {
      memory.deallocate()
      memory = .allocate(byteCount: count, alignment: 64)
    }
    return UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
  }
}
