import Containers

/// What turns a piece of text into ids.
enum Model: Sendable {
  case bpe(BPE)

  /// Appends the ids of every piece.
  func encode(_ pieces: Pieces, into ids: inout [Int], _ scratch: inout ModelScratch) {
    switch self {
    case .bpe(let bpe): bpe.encode(pieces, into: &ids, &scratch)
    }
  }
}

/// Memory that a model reuses from piece to piece.
struct ModelScratch {
  var merger = BPEMerger()
  var words = WordCache()
}
