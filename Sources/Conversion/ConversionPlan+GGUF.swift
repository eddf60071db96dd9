import Architectures
import Checkpoints
import Containers
import Quantization
import Tensors

extension ConversionPlan {
  /// A GGUF of `model` with the types of `recipe`. `metadata` is complete.
  ///
  /// Throws `.missing` where a type needs an importance that there is not.
  public static func gguf(
    _ model: Model, _ recipe: Recipe, importance: ImportanceMatrix? = nil, metadata: Metadata,
    problems: [Problem] = []
  ) throws(FormatError) -> ConversionPlan {
    var drafts: [Draft] = []
    var weights = TensorWeights(importance, recipe)
    for (slot, type) in zip(model.slots, recipe.types) {
      let name = model.architecture.name(of: slot.spec, block: slot.block, .gguf)
      drafts.append(
        Draft(
          source: .tensor(slot.info), transform: model.transform(slot, to: .gguf),
          info: try info(name, type, slot.info.shape),
          importance: try weights.of(slot, named: name, as: type)))
    }
    if model.convention == .huggingFace { drafts = try generated(model) + drafts }
    if !recipe.preset.isPlain { drafts = TensorOrder.sorted(drafts, by: \.info.name) }

    let layout = try GGUFWriter.layout(drafts.map(\.info), metadata: metadata)
    return ConversionPlan(
      source: model.checkpoint.tensors, drafts: drafts, layout: layout,
      fallbacks: recipe.fallbacks,
      problems: model.checkpoint.problems + model.problems + problems + weights.problems)
  }

  /// Tensors that GGUF holds and transformers computes.
  private static func generated(_ model: Model) throws(FormatError) -> [Draft] {
    var drafts: [Draft] = []
    for spec in model.architecture.tensors {
      guard case .generated = spec.presence, spec.role == .ropeFreqs,
        case .llama3 = model.parameters.ropeScaling,
        let divisors = model.parameters.ropeScaling.divisors(
          base: model.parameters.ropeFreqBase, headDimension: model.parameters.keyLength)
      else { continue }
      let name = model.architecture.name(of: spec, block: nil, .gguf)
      drafts.append(
        Draft(
          source: .values(divisors), transform: .identity,
          info: try info(name, .f32, spec.shape(model.parameters))))
    }
    return drafts
  }
}
