/// Which row of a file's tensor is which number of a gated delta net. Every result is a row order:
/// entry n is the row that output n is computed from (`Weights.rowOrder`).
extension DeltaLayout {
  /// The rows of a tensor with `size` rows a value head, where the file has the heads in order
  /// `file`. For rates, biases and the small projections `size` is 1.
  public func valueRows(size: Int, in file: HeadOrder) -> [Int] {
    (0..<valueHeads).flatMap { head in
      let place =
        switch (order, file) {
        case (.grouped, .tiled): head % sharing * keyHeads + head / sharing
        case (.tiled, .grouped): head % keyHeads * sharing + head / keyHeads
        case (.grouped, .grouped), (.tiled, .tiled): head
        }
      return place * size..<(place + 1) * size
    }
  }

  /// The same for queries, keys and values one after another: the projection, the convolution.
  public func mixedRows(in file: HeadOrder) -> [Int] {
    Array(0..<2 * keyWidth) + valueRows(size: valueSize, in: file).map { 2 * keyWidth + $0 }
  }

  /// A part of Qwen3-Next's fused projections.
  public enum FusedPart: Sendable, CaseIterable {
    /// Queries, keys and values, in `in_proj_qkvz`.
    case mixed
    /// The output's gate z, in `in_proj_qkvz`.
    case gate
    /// What β is made of, in `in_proj_ba`; llama.cpp's `ssm_ba` has the same rows.
    case beta
    /// What the decay is made of, there too.
    case alpha
  }

  /// The rows of `part` in its fused tensor, which goes group by group, one for each key head:
  /// query, key, values and gates of `sharing` heads; or `sharing` numbers for β, then for decay.
  public func fusedRows(_ part: FusedPart) -> [Int] {
    let values = sharing * valueSize
    let qkvz = 2 * keySize + 2 * values
    switch part {
    case .mixed:
      let found =
        rows(of: qkvz, from: 0, count: keySize) + rows(of: qkvz, from: keySize, count: keySize)
        + rows(of: qkvz, from: 2 * keySize, count: values)
      return mixedRows(in: .grouped).map { found[$0] }
    case .gate:
      let found = rows(of: qkvz, from: 2 * keySize + values, count: values)
      return valueRows(size: valueSize, in: .grouped).map { found[$0] }
    case .beta, .alpha:
      let found = rows(of: 2 * sharing, from: part == .beta ? 0 : sharing, count: sharing)
      return valueRows(size: 1, in: .grouped).map { found[$0] }
    }
  }

  /// `count` rows from `start` of each group of `size`.
  private func rows(of size: Int, from start: Int, count: Int) -> [Int] {
    (0..<keyHeads).flatMap { group in (0..<count).map { group * size + start + $0 } }
  }
}
