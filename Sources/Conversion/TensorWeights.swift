import Architectures
import Checkpoints
import Containers
import Quantization
import Tensors

/// Looks up the importance of each tensor of a plan, and keeps what its owner should know.
struct TensorWeights {
  private let importance: ImportanceMatrix?
  private let recipe: Recipe
  private var missing: [String] = []
  private var unused: [String] = []
  /// Why the plan cannot be carried out: a type needs weights that there are not.
  private(set) var obstacle: FormatError?

  init(_ importance: ImportanceMatrix?, _ recipe: Recipe) {
    self.importance = importance
    self.recipe = recipe
  }

  /// Nil where there are none. Throws where the matrix is of another model.
  mutating func of(_ tensor: FileTensor, as type: DType, from source: DType) throws(FormatError)
    -> [Float]?
  {
    guard type.isQuantized, type != source else { return nil }
    let (name, shape) = (tensor.name, tensor.shape)
    let experts = shape.dimensions.count > 2 ? shape.dimensions[0] : 1
    let found = try importance?.weights(
      for: name, rowLength: shape.rowLength, experts: experts,
      isEmbedding: tensor.role == .tokenEmbd)
    if found == nil, recipe.needsImportance(type, tensor.role) {
      obstacle =
        obstacle
        ?? FormatError(
          .missing, "\(type.name) needs an importance matrix, or the result would be garbage",
          file: importance?.path, subject: name,
          expected: "weights for each column of this tensor",
          remedy: importance == nil
            ? "Give one with --imatrix (`assay imatrix` and llama-imatrix make them), or choose a type "
              + "of 3 bits and more."
            : "Make the matrix with a longer text, or give this tensor another type: "
              + "--tensor-type '\(name)=q4_K'.")
    }
    if importance != nil, found == nil { missing.append(name) }
    if (importance?.entries[name]?.unused ?? 0) > 0 { unused.append(name) }
    return found
  }

  var problems: [Problem] {
    var problems: [Problem] = []
    if let first = missing.first(where: { !$0.hasPrefix(TensorRole.tokenEmbd.rawValue) }) {
      problems.append(
        Problem(
          .warning, "no-importance", subject: first,
          "\(missing.count) tensors have no weights in \(importance?.path ?? "") and are encoded "
            + "without"))
    } else if let embedding = missing.first {
      problems.append(
        Problem(
          .note, "no-importance", subject: embedding,
          "has no weights, as is usual: it is looked up, not multiplied"))
    }
    if let first = unused.first {
      problems.append(
        Problem(
          .warning, "unused-experts", subject: first,
          "\(unused.count) tensors hold experts that the calibration text never reached: their "
            + "columns weigh alike",
          remedy: "Make the matrix with a longer and more varied text."))
    }
    return problems
  }
}
