import Architectures
import Tensors

/// One line of a preset: which tensors, in which layers, get which type.
public struct Rule: Sendable {
  public enum Target: Sendable, Equatable {
    case role(TensorRole)
    /// `output`, or the token embedding of a model whose head is tied.
    case outputHead
  }
  public enum Layers: Sendable {
    case all
    case first(Int)
    case firstEighth
    /// The first and last eighth, and every third layer between.
    case moreBits

    func contains(_ layer: Int, of count: Int) -> Bool {
      switch self {
      case .all: true
      case .first(let number): layer < number
      case .firstEighth: layer < count / 8
      case .moreBits:
        layer < count / 8 || layer >= 7 * count / 8 || (layer - count / 8) % 3 == 2
      }
    }
  }
  public enum Condition: Sendable {
    case always
    /// llama.cpp's model type 70B: 80 layers in the Qwen2 family; in Llama's, grouped queries too.
    case is70B

    func holds(_ model: Model) -> Bool {
      switch self {
      case .always: return true
      case .is70B:
        let parameters = model.parameters
        guard parameters.blockCount == 80 else { return false }
        let isGrouped = parameters.headCount != parameters.headCountKV
        return model.architecture.name == Architecture.qwen2.name
          || model.architecture.name == Architecture.llama.name && isGrouped
      }
    }
  }

  public let target: Target
  public let layers: Layers
  public let type: DType
  /// The rule holds only where the type so far is one of these; nil for any.
  public let replacing: Set<DType>?
  public let condition: Condition

  public init(
    _ target: Target, _ layers: Layers, to type: DType, replacing: Set<DType>? = nil,
    onlyIf condition: Condition = .always
  ) {
    self.target = target
    self.layers = layers
    self.type = type
    self.replacing = replacing
    self.condition = condition
  }

  func applies(to slot: Model.Slot, type: DType, in model: Model) -> Bool {
    let parameters = model.parameters
    let aimed =
      switch target {
      case .role(let role): slot.spec.role == role
      case .outputHead:
        slot.spec.role == (parameters.tiedEmbeddings ? TensorRole.tokenEmbd : .output)
      }
    return aimed && layers.contains(slot.block ?? 0, of: parameters.blockCount)
      && replacing.map { $0.contains(type) } ?? true && condition.holds(model)
  }
}
