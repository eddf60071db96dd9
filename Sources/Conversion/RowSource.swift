import Architectures
import Tensors

/// Where the rows of a tensor that is to be written come from. Looked up row by row, so that it
/// takes no memory however many there are.
///
/// Whole rows move, which commutes with block quantization: quantized bytes move too.
public struct RowSource: Sendable {
  public let model: Model
  public let target: FileTensor

  /// The tensor that `target` equals as it is; nil where rows are moved or put together.
  var whole: TensorInfo? {
    guard target.strips.count == 1, let strip = target.strips.first, strip.isWhole,
      let home = model[strip.key].first, model[strip.key].count == 1, home.strip.isWhole
    else { return nil }
    let slot = model.slots[home.slot]
    let isSame =
      slot.tensor.strips.count == 1 && slot.tensor.rows == target.rows
      && slot.tensor.isTransposed == target.isTransposed && strip.order == home.strip.order
      && strip.columnOrder == home.strip.columnOrder
    return isSame ? slot.info : nil
  }

  /// All tensors that rows come from.
  var slots: [Model.Slot] {
    let indices = Set(target.strips.flatMap { model[$0.key] }.map(\.slot))
    return indices.sorted().map { model.slots[$0] }
  }

  /// Whether rows and columns are exchanged on the way.
  var isTransposed: Bool {
    target.isTransposed || slots.contains { $0.tensor.isTransposed }
  }

  /// For each column of the target the source's; nil where they agree.
  var columns: [Int]? {
    guard let strip = target.strips.first, let home = model[strip.key].first,
      strip.columnOrder != home.strip.columnOrder
    else { return nil }
    let (there, back) = (strip.columnOrder, home.strip.columnOrder.inverse)
    return (0..<target.columns).map {
      back.source(of: there.source(of: $0, rows: target.columns), rows: target.columns)
    }
  }

  /// The source of `row` of the target. Rows are counted before any transposition.
  func source(of row: Int) -> (slot: Int, row: Int)? {
    guard let found = target.locate(row) else { return nil }
    return model.place(of: found.row, found.strip.key)
  }
}
