import Containers

/// What turns a piece of text into ids.
enum Model: Sendable {
  case bpe(BPE)
  case unigram(Unigram)
  case wordPiece(WordPiece)
  case wordLevel(WordLevel)

  /// Whether pieces may arrive as bytes where a pre-tokenizer would spell them.
  var readsBytes: Bool {
    switch self {
    case .bpe(let bpe): bpe.readsBytes
    case .unigram, .wordPiece, .wordLevel: false
    }
  }

  /// Appends the ids of every piece. Throws for text that is no token, where a file names no token
  /// for the unknown.
  func encode(_ pieces: Pieces, into ids: inout [Int], _ scratch: inout ModelScratch)
    throws(FormatError)
  {
    let outcome: Result<Void, FormatError> = pieces.text.withUnsafeBytes { text in
      do throws(FormatError) {
        for piece in pieces.bounds {
          let key = WordCache.Key(text, piece)
          if let key, scratch.words.find(key, into: &ids) { continue }
          let mark = ids.count
          try encode(word: UnsafeRawBufferPointer(rebasing: text[piece]), into: &ids, &scratch)
          if let key { scratch.words.insert(key, ids[mark...]) }
        }
        return .success(())
      } catch { return .failure(error) }
    }
    try outcome.get()
  }

  @inline(__always)
  private func encode(
    word: UnsafeRawBufferPointer, into ids: inout [Int], _ scratch: inout ModelScratch
  ) throws(FormatError) {
    switch self {
    case .bpe(let bpe): bpe.encode(word, into: &ids, &scratch.merger)
    case .unigram(let unigram): try unigram.encode(word, into: &ids, &scratch.lattice)
    case .wordPiece(let wordPiece): try wordPiece.encode(word, into: &ids)
    case .wordLevel(let wordLevel): try wordLevel.encode(word, into: &ids)
    }
  }

  static func noUnknown(_ key: String) -> FormatError {
    FormatError(
      .damaged, "the text has a part that is no token, and the model has none for the unknown",
      subject: "model \(key)")
  }
}

/// Memory that a model reuses from piece to piece.
struct ModelScratch {
  var merger = BPEMerger()
  var lattice = Unigram.Lattice()
  var words = WordCache()
}
