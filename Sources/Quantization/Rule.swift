import Architectures
import Tensors

/// One line of a preset: which tensors, in which layers, get which type.
struct Rule: Sendable {
  let category: Category
  let layers: Layers
  let type: DType
  /// The rule holds only where the type so far is one of these; nil for any.
  let replacing: Set<DType>?
  let condition: Condition

  init(
    _ category: Category, _ layers: Layers = .all, to type: DType, replacing: Set<DType>? = nil,
    onlyIf condition: Condition = .always
  ) {
    self.category = category
    self.layers = layers
    self.type = type
    self.replacing = replacing
    self.condition = condition
  }

  func applies(_ category: Category, at place: Place, type: DType, in setting: Rule.Setting) -> Bool
  {
    category == self.category && layers.contains(place)
      && replacing.map { $0.contains(type) } ?? true && condition.holds(setting)
  }
}

/// Where a tensor stands among those of its category.
struct Place: Sendable, Equatable {
  /// Counts the tensors of the category that rules decided on, in llama-quantize's order; but in a
  /// mixture of experts, where a layer has several, it is the layer.
  var index: Int
  /// The same count, of experts too.
  var counted: Int
  var count: Int
}

extension Rule {
  /// Some of a model's layers. Eighths are rounded down, as in llama.cpp.
  enum Layers: Sendable {
    case all
    case first(Int)
    case firstSixteenth
    case firstEighth
    /// By the plain count, whatever the experts.
    case firstEighthCounted
    /// Neither the first nor the last eighth.
    case middle
    /// The first and last eighth, and every third layer between.
    case moreBits

    func contains(_ place: Place) -> Bool {
      let (layer, count) = (place.index, place.count)
      return switch self {
      case .all: true
      case .first(let number): layer < number
      case .firstSixteenth: layer < count / 16
      case .firstEighth: layer < count / 8
      case .firstEighthCounted: place.counted < count / 8
      case .middle: layer >= count / 8 && layer < 7 * count / 8
      case .moreBits:
        layer < count / 8 || layer >= 7 * count / 8 || (layer - count / 8) % 3 == 2
      }
    }
  }

  /// What must be true of the model, or of the run.
  indirect enum Condition: Sendable {
    case always
    /// llama.cpp's model type 70B: 80 layers in the Qwen2 family; in Llama's, grouped queries too.
    case is70B
    /// So many query heads share a value head.
    case grouped(atLeast: Int)
    case experts(Int)
    case expertsAtLeast(Int)
    /// An importance matrix weights the encoders.
    case importance
    case not(Condition)
    case any([Condition])

    func holds(_ setting: Setting) -> Bool {
      let parameters = setting.parameters
      switch self {
      case .always: return true
      case .is70B:
        guard parameters.blockCount == 80 else { return false }
        let isGrouped = parameters.headCount != parameters.headCountKV
        return setting.architecture == Architecture.qwen2.name
          || setting.architecture == Architecture.llama.name && isGrouped
      case .grouped(let least):
        return parameters.headCountKV > 0 && parameters.headCount / parameters.headCountKV >= least
      case .experts(let count): return parameters.expertCount == count
      case .expertsAtLeast(let count): return parameters.expertCount >= count
      case .importance: return setting.hasImportance
      case .not(let condition): return !condition.holds(setting)
      case .any(let conditions): return conditions.contains { $0.holds(setting) }
      }
    }
  }

  /// What conditions are about.
  struct Setting: Sendable {
    let architecture: String
    let parameters: HyperParameters
    let hasImportance: Bool
  }
}
