import Tensors

/// One of the two tensors as which a checkpoint holds MXFP4.
public enum MicroscaledPart: Sendable {
  case codes, scales

  /// Of one row.
  func bytes(columns: Int) -> Int {
    let blocks = columns / DType.mxfp4.facts.blockElements
    return self == .codes ? blocks * MicroscaledPairs.codeBytes : blocks
  }

  /// From whole rows of blocks; `target` holds exactly what they have of this part.
  func take(from blocks: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) {
    switch self {
    case .codes: MicroscaledPairs.codes(of: blocks, into: target)
    case .scales: MicroscaledPairs.scales(of: blocks, into: target)
    }
  }
}
