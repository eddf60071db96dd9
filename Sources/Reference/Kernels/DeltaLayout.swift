/// The shape of a gated delta net, and of what it remembers.
///
/// Every key head serves `valueHeads / keyHeads` value heads. What a net remembers does not grow with
/// the sequence: the inputs of the convolution that later tokens still see, and one matrix for each
/// value head.
public struct DeltaLayout: Sendable, Equatable {
  public let keyHeads: Int
  public let valueHeads: Int
  /// Elements of one head's query or key, and of its value.
  public let keySize: Int
  public let valueSize: Int
  /// Length of the convolution: a token and those before it.
  public let taps: Int

  /// Nil where the numbers are not those of a delta net that could be computed.
  public init?(keyHeads: Int, valueHeads: Int, keySize: Int, valueSize: Int, taps: Int) {
    // With this bound no product below can overflow.
    let sizes = [keyHeads, valueHeads, keySize, valueSize, taps]
    guard sizes.allSatisfy({ $0 > 0 && $0 <= 1 << 18 }), valueHeads % keyHeads == 0 else {
      return nil
    }
    self.keyHeads = keyHeads
    self.valueHeads = valueHeads
    self.keySize = keySize
    self.valueSize = valueSize
    self.taps = taps
  }

  /// The key head that serves value head `head`: heads go key head by key head, as in transformers.
  public func keyHead(of head: Int) -> Int { head / (valueHeads / keyHeads) }
  /// All queries of one token, which are as many as its keys; and all its values.
  public var keyWidth: Int { keyHeads * keySize }
  public var valueWidth: Int { valueHeads * valueSize }
  /// What the convolution runs over: queries, then keys, then values.
  public var channels: Int { 2 * keyWidth + valueWidth }

  /// Floats between two rows of a head's matrix, [keySize][valueStride].
  var valueStride: Int { (valueSize + 15) / 16 * 16 }
  var historyCount: Int { (taps - 1) * channels }
  var matrixCount: Int { keySize * valueStride }

  /// Floats that one sequence's state takes, whatever its length.
  public var stateCount: Int { historyCount + valueHeads * matrixCount }
  /// Floats of intermediate results that `Numerics.deltaNet` needs for one token.
  public var work: Int { channels + 2 * valueHeads }
}

/// What a gated delta net remembers of a sequence after its last token; at first, nothing.
///
/// A recurrence cannot be cut back to an earlier position.
public final class DeltaState {
  public let layout: DeltaLayout
  private let memory: FloatBuffer

  public init(_ layout: DeltaLayout) {
    self.layout = layout
    memory = FloatBuffer(count: layout.stateCount)
  }

  /// Inputs of the convolution, oldest first: [taps - 1][channels].
  var history: UnsafeMutablePointer<Float> { memory.base }
  /// The matrix of a value head, [keySize][valueStride].
  func matrix(of head: Int) -> UnsafeMutablePointer<Float> {
    memory.base + layout.historyCount + head * layout.matrixCount
  }

  /// Forgets the sequence.
  public func reset() { memory.base.update(repeating: 0, count: memory.count) }

  /// The matrix of `head` without its padding: [keySize][valueSize], as in transformers.
  public func values(of head: Int) -> [Float] {
    (0..<layout.keySize).flatMap { row in
      UnsafeBufferPointer(
        start: matrix(of: head) + row * layout.valueStride, count: layout.valueSize)
    }
  }
}
