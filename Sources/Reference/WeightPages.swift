import Architectures
import Containers
import Tensors

/// The pages of a model's matrices, which are mapped from its file.
///
/// The system brings a page where it is first touched and keeps it with the process. A model that
/// is larger than memory is streamed instead: what the next step needs is fetched while this one
/// computes, and given back when it was used.
public struct WeightPages: Sendable {
  /// What one step of a run reads.
  public enum Part: Hashable, Sendable {
    /// Token embeddings, and positions that were learned.
    case embedding
    case block(Int)
    /// The output head; where it is tied, the token embedding.
    case head
  }

  private let file: any TensorFile
  private let parts: [Part: [TensorInfo]]
  /// Every matrix once.
  public let byteCount: Int
  public let blockCount: Int

  init(_ model: Model) {
    file = model.checkpoint.tensors
    blockCount = model.parameters.blockCount
    var parts: [Part: [TensorInfo]] = [:]
    for slot in model.slots where slot.tensor.strips.contains(where: { !$0.spec.isVector }) {
      let part: Part =
        slot.tensor.block.map { .block($0) } ?? (slot.tensor.role == .output ? .head : .embedding)
      parts[part, default: []].append(slot.info)
    }
    byteCount = parts.values.joined().reduce(0) { $0 + $1.byteCount }
    if parts[.head] == nil { parts[.head] = parts[.embedding] }
    self.parts = parts
  }

  /// The most that one step reads.
  public var largestPart: Int {
    parts.values.map { $0.reduce(0) { $0 + $1.byteCount } }.max() ?? 0
  }

  public func advise(_ use: PageUse, _ part: Part) {
    for tensor in parts[part] ?? [] { file.advise(use, tensor) }
  }
}
