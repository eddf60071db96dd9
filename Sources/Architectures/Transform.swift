/// A lossless rearrangement of a tensor's rows. (A bias has one element a row.)
///
/// It lives here because two rooms need it and neither may import the other: conversion writes
/// rearranged files, and the reference runner brings every file to one order, so that the logits
/// of a GGUF and of its source are equal to the bit.
///
/// Whole rows move, so a transform commutes with block quantization: it can act on quantized bytes.
public enum Transform: Sendable, Equatable {
  case identity
  /// Rope layout halves → pairs: within each head, row i·2 + j comes from row j·(d/2) + i.
  case interleaveHalves(heads: Int)
  /// Rope layout pairs → halves: the inverse.
  case separatePairs(heads: Int)
  /// After the first rows, which stay: heads that are grouped become tiled (`HeadTiling`).
  case tileHeads(groups: Int, heads: Int, after: Int)
  /// The inverse.
  case groupHeads(groups: Int, heads: Int, after: Int)

  public var inverse: Transform {
    switch self {
    case .identity: .identity
    case .interleaveHalves(let heads): .separatePairs(heads: heads)
    case .separatePairs(let heads): .interleaveHalves(heads: heads)
    case .tileHeads(let groups, let heads, let after):
      .groupHeads(groups: groups, heads: heads, after: after)
    case .groupHeads(let groups, let heads, let after):
      .tileHeads(groups: groups, heads: heads, after: after)
    }
  }

  /// The row of the source that becomes row `row` of the result, of `rows` in all.
  public func source(of row: Int, rows: Int) -> Int {
    switch self {
    case .identity: return row
    case .interleaveHalves(let heads):
      let size = rows / heads, within = row % size
      return row - within + within % 2 * (size / 2) + within / 2
    case .separatePairs(let heads):
      let size = rows / heads, within = row % size
      return row - within + within % (size / 2) * 2 + within / (size / 2)
    case .tileHeads(let groups, let heads, let after):
      guard row >= after else { return row }
      let (head, within) = (row - after).quotientAndRemainder(dividingBy: (rows - after) / heads)
      let source = head % groups * (heads / groups) + head / groups
      return after + source * ((rows - after) / heads) + within
    case .groupHeads(let groups, let heads, let after):
      guard row >= after else { return row }
      let (head, within) = (row - after).quotientAndRemainder(dividingBy: (rows - after) / heads)
      let source = head % (heads / groups) * groups + head / (heads / groups)
      return after + source * ((rows - after) / heads) + within
    }
  }

  /// Nil for the identity, so that callers can move rows in one piece.
  public func rowOrder(rows: Int) -> [Int]? {
    self == .identity ? nil : (0..<rows).map { source(of: $0, rows: rows) }
  }
}
