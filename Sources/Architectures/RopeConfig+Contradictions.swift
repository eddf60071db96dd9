import Containers

extension RopeConfig {
  /// transformers 5 lets `rope_scaling` win over `rope_parameters`, and a base inside either win over
  /// one beside it; other programs read the other. Where two differ, no answer is right for all.
  static func refuseContradictions(in config: JSON, file: String) throws(FormatError) {
    let base: [String: JSONValue] =
      config.present("rope_theta").map { ["rope_theta": number($0)] } ?? [:]
    let recipes = ["rope_scaling", "rope_parameters"].compactMap { key in
      config.present(key).map { (place: key, values: values(of: $0)) }
    }.filter { !$0.values.isEmpty }
    let statements = [(place: "the top level", values: base)] + recipes
    for (index, one) in statements.enumerated() {
      for other in statements.dropFirst(index + 1) {
        // Two recipes must say the same; beside a recipe, only the base is stated.
        let isWhole = index > 0
        for key in Set(one.values.keys).union(other.values.keys).sorted() {
          let (a, b) = (one.values[key], other.values[key])
          let isComparable = a != nil && b != nil || isWhole && key != "rope_theta"
          guard isComparable, a != b else { continue }
          throw FormatError(
            .damaged, "is stated twice, differently", file: file, subject: key,
            expected: "\(a?.serialized() ?? "nothing"), as in \(one.place)",
            found: "\(b?.serialized() ?? "nothing") in \(other.place)",
            remedy: "Take config.json from the model's source, or remove what is not true of it.")
        }
      }
    }
  }

  private static func values(of recipe: JSON) -> [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    for (key, value) in recipe.members where !value.isNull {
      let key = String(decoding: key, as: UTF8.self)
      values[key == "type" ? "rope_type" : key] = number(value)
    }
    return values
  }

  /// 10000 and 10000.0 are one number.
  private static func number(_ value: JSON) -> JSONValue {
    value.double.map(JSONValue.double) ?? JSONValue(value)
  }
}
