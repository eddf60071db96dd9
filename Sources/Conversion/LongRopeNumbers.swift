import Architectures
import Checkpoints
import Containers

/// Whether a GGUF of a model can state its LongRoPE.
struct LongRopeNumbers {
  let problems: [Problem]

  /// Throws `.unknown` where the family's GGUFs have no tensors for the factors.
  init(_ model: Model, _ metadata: Metadata) throws(FormatError) {
    let (family, parameters) = (model.architecture, model.parameters)
    guard model.convention == .huggingFace, case .longRope(let recipe) = parameters.ropeScaling
    else {
      problems = []
      return
    }
    guard family.tensors.contains(where: { $0.role == .ropeFactorsLong }) else {
      throw FormatError(
        .unknown, "LongRoPE's factors have no place in a GGUF of this family",
        file: model.checkpoint.path(of: .config), subject: "rope_scaling",
        expected: "a way of scaling rope that llama.cpp has for \(family.name)", found: "longrope",
        remedy: "Running the safetensors works. Take rope_scaling out of config.json for a GGUF "
          + "that holds only for the original context of \(recipe.originalContext) tokens, and "
          + "is near there at best.")
    }
    let prefix = family.name + ".rope.scaling."
    let isLost =
      recipe.originalContext != parameters.contextLength
      && metadata[prefix + "original_context_length"] == nil
      || recipe.attentionFactor != 1 && metadata[prefix + "attn_factor"] == nil
    problems =
      isLost
      ? [
        Problem(
          .warning, "rope-numbers-lost", subject: "rope_scaling",
          "a GGUF of this family states the factors of LongRoPE, but neither the original context "
            + "(\(recipe.originalContext)) nor the attention factor (\(recipe.attentionFactor))",
          remedy: "Other runtimes compute something else; a GGUF with our own keys is read right "
            + "here.")
      ] : []
  }
}
