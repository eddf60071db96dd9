import Architectures
import Checkpoints
import Containers
import Quantization
import Tensors

extension ConversionPlan {
  /// A GGUF of `model` with the types of `recipe`. `metadata` is complete.
  ///
  /// A type that needs an importance that there is not is the plan's `obstacle`.
  public static func gguf(
    _ model: Model, _ recipe: Recipe, importance: ImportanceMatrix? = nil, metadata: Metadata,
    problems: [Problem] = []
  ) throws(FormatError) -> ConversionPlan {
    var drafts: [Draft] = []
    var weights = TensorWeights(importance, recipe)
    for (tensor, type) in zip(model.ggufTensors, recipe.types) {
      let mapped = model.convention == .gguf ? nil : try MappedValues.gguf(tensor, model)
      drafts.append(
        Draft(
          source: mapped.map(Step.Source.values) ?? rows(model, tensor),
          info: try info(
            tensor.name, type,
            recipe.preset.isPlain ? tensor.shape : tensor.shape.withoutOuterOnes),
          importance: try weights.of(tensor, as: type, from: model.sourceType(of: tensor))))
    }
    let rope = try LongRopeNumbers(model, metadata)
    if model.convention == .huggingFace { drafts = try generated(model) + drafts }
    if !recipe.preset.isPlain { drafts = TensorOrder.sorted(drafts, by: \.info.name) }

    let layout = try GGUFWriter.layout(drafts.map(\.info), metadata: metadata)
    return ConversionPlan(
      source: model.checkpoint.tensors, drafts: drafts, layout: layout,
      fallbacks: recipe.fallbacks,
      problems: model.checkpoint.problems + model.problems + model.unknownToLlamaCpp + problems
        + weights.problems + rope.problems,
      obstacle: weights.obstacle)
  }

  /// Tensors that GGUF holds and transformers computes.
  private static func generated(_ model: Model) throws(FormatError) -> [Draft] {
    var drafts: [Draft] = []
    for spec in model.architecture.tensors {
      guard spec.isGenerated, let divisors = model.parameters.divisors(of: spec.role) else {
        continue
      }
      let name = model.architecture.name(of: spec, block: nil, .gguf)
      drafts.append(
        Draft(
          source: .values(divisors),
          info: try info(name, .f32, spec.shape(model.parameters))))
    }
    return drafts
  }
}

extension HyperParameters {
  /// The divisors that GGUF holds under a role; nil where rope is scaled in another way.
  fileprivate func divisors(of role: TensorRole) -> [Float]? {
    switch (role, ropeScaling) {
    case (.ropeFreqs, .llama3):
      ropeScaling.divisors(base: ropeFreqBase, headDimension: rotatedLength)
    case (.ropeFactorsLong, .longRope(let recipe)): recipe.long
    case (.ropeFactorsShort, .longRope(let recipe)): recipe.short
    default: nil
    }
  }
}
