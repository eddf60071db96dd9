import Checkpoints
import Containers

/// Values of config.json that no computation here needs, and that cannot be right.
extension ConfigTable {
  static func inconsistencies(of config: JSON, _ parameters: HyperParameters) -> [Problem] {
    var problems: [Problem] = []
    for key in ["bos_token_id", "eos_token_id", "pad_token_id"] {
      guard let value = config.present(key) else { continue }
      let ids = value.kind == .array ? value.elements.map(\.int) : [value.int]
      guard let id = ids.lazy.compactMap(\.self).first(where: { $0 >= parameters.vocabularySize })
      else { continue }
      problems.append(
        Problem(
          .warning, "token-beyond-vocabulary", subject: key,
          "is \(id), and the vocabulary has \(parameters.vocabularySize) tokens",
          remedy: "No text can hold this token: take config.json from the model's source."))
    }
    if let layers = config.present("layer_types"), layers.kind == .array,
      layers.count != parameters.blockCount
    {
      problems.append(
        Problem(
          .warning, "layer-count", subject: "layer_types",
          "describes \(layers.count) layers of \(parameters.blockCount)",
          remedy: "One of the two was edited: take config.json from the model's source."))
    }
    return problems
  }
}
