import Architectures
import Containers
import Tensors

/// A recipe as a file: which type every tensor gets, by its GGUF name.
///
///     {"assay_recipe": 1, "preset": "Q4_K_M", "tensors": {"blk.0.attn_q.weight": "Q4_K", ...}}
extension Recipe {
  private static let version = 1

  public func json(for model: Model) -> JSONValue {
    let tensors = zip(model.ggufTensors, types).map { tensor, type in
      JSONValue.Member(key: tensor.name, value: .string(type.name))
    }
    return [
      "assay_recipe": .int(Recipe.version), "preset": .string(preset.name),
      "tensors": .object(tensors),
    ]
  }

  /// A recipe that was saved for a model of this shape.
  ///
  /// Throws `.damaged` where it is not a recipe, leaves a tensor of the model out, names one that
  /// the model does not have, or gives a row a type whose blocks do not divide it.
  public init(json: JSON, file: String, for model: Model) throws(FormatError) {
    guard json["assay_recipe"]?.int == Recipe.version, let tensors = json["tensors"],
      tensors.kind == .object
    else {
      throw FormatError(
        .damaged, "is not a recipe", file: file,
        expected: "a JSON object with \"assay_recipe\": \(Recipe.version) and \"tensors\"",
        remedy: "`assay quantize ... --save-recipe F` writes one.")
    }
    let name = json["preset"]?.string ?? ""
    guard let preset = Preset.named(name) else {
      throw FormatError(
        .unknown, "names no preset", file: file, subject: "preset",
        expected: Preset.all.map(\.name).joined(separator: ", "), found: name)
    }
    var wanted: [String: DType] = [:]
    for (key, value) in tensors.members {
      do throws(FormatError) {
        wanted[String(decoding: key, as: UTF8.self)] =
          try DType.quantizable(value.string ?? "")
      } catch { throw error.inFile(file) }
    }
    var types: [DType] = []
    for tensor in model.ggufTensors {
      let name = tensor.name
      guard let type = wanted.removeValue(forKey: name) else {
        throw FormatError(
          .damaged, "the recipe gives this tensor no type", file: file, subject: name,
          remedy: "It was made for another model.")
      }
      let length = tensor.shape.rowLength
      guard length % type.facts.blockElements == 0 else {
        throw FormatError(
          .damaged, "rows are no whole number of blocks", file: file, subject: name,
          expected: "rows of a multiple of \(type.facts.blockElements) for \(type.name)",
          found: "\(length)", remedy: "It was made for another model.")
      }
      types.append(type)
    }
    if let extra = TensorOrder.sorted(Array(wanted.keys), by: \.self).first {
      throw FormatError(
        .damaged, "the recipe names a tensor that the model does not have", file: file,
        subject: extra, remedy: "It was made for another model.")
    }
    self.init(preset: preset, types: types)
  }
}
