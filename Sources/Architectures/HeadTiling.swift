/// Where the value heads of a gated delta net stand in the order of llama.cpp's Qwen3.5 files, which
/// is tiled: the first of every key head, then the second of every key head, ... transformers has
/// all of the first key head, then all of the second, ...
///
/// Source: llama.cpp, `_LinearAttentionVReorderBase` in its converter.
public enum HeadTiling: Sendable {
  /// In the rows that follow so many others.
  case rows(after: Size)
  /// In the columns.
  case columns
}

extension Architecture {
  /// What must be done to the columns of a matrix to bring it from one convention to the other.
  public func columnTransform(
    _ spec: TensorSpec, from source: Convention, to target: Convention,
    _ parameters: HyperParameters
  ) -> Transform {
    guard case .columns? = spec.tiled else { return .identity }
    return tiling(after: 0, from: source, to: target, parameters)
  }

  func tiling(
    after: Int, from source: Convention, to target: Convention, _ parameters: HyperParameters
  ) -> Transform {
    let (groups, heads) = (parameters.ssmGroupCount, parameters.ssmTimeStepRank)
    // Where there is one of either for each of the others, the orders agree.
    guard groups > 1, heads > groups, heads % groups == 0 else { return .identity }
    switch (source, target) {
    case (.huggingFace, .gguf): return .tileHeads(groups: groups, heads: heads, after: after)
    case (.gguf, .huggingFace): return .groupHeads(groups: groups, heads: heads, after: after)
    case (.huggingFace, .huggingFace), (.gguf, .gguf): return .identity
    }
  }
}
