import Containers

extension ForwardPass {
  /// Throws where a logit is not a number or infinite: nothing that is computed from it means
  /// anything. `values` are those of `rows`, whose first token stands at `start` + row in the text.
  public func requireFinite(
    _ values: UnsafeBufferPointer<Float>, of rows: Range<Int>, from start: Int = 0
  ) throws(FormatError) {
    // The magnitude's bits order as the magnitude does, with infinity and NaN on top.
    var bits: UInt32 = 0
    for value in values { bits = max(bits, value.bitPattern & 0x7fff_ffff) }
    guard !Float(bitPattern: bits).isFinite, rows.count > 0 else { return }
    let index = values.firstIndex { !$0.isFinite } ?? 0
    let row = rows.lowerBound + index / (values.count / rows.count)
    throw FormatError(
      .damaged, "the model's logits are not finite", file: reference.model.checkpoint.path,
      expected: "numbers",
      found: "\(values[index].isNaN ? "NaN" : "\(values[index])") after token \(start + row)",
      remedy: "Its weights hold values that are not finite, or overflow: take it from its source "
        + "again.")
  }
}
