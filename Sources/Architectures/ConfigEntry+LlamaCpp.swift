import Checkpoints

extension ConfigTable {
  /// What a model says and llama.cpp computes otherwise: GGUF has no key for it, or llama.cpp does not
  /// apply it. Nothing is lost in a GGUF of ours, which remembers it.
  func unknownToLlamaCpp(_ parameters: HyperParameters) -> [Problem] {
    entries.compactMap { entry in
      guard let (key, value, assumed) = entry.unknownToLlamaCpp(parameters, entries) else {
        return nil
      }
      return Problem(
        .warning, "unknown-to-llama.cpp", subject: key,
        "is \(value), which llama.cpp does not know: it computes as if it were \(assumed)",
        remedy: "Nothing is lost here. llama.cpp's results differ where it matters.")
    }
  }
}

extension ConfigEntry {
  fileprivate func unknownToLlamaCpp(_ parameters: HyperParameters, _ others: [ConfigEntry])
    -> (key: String, value: String, assumed: String)?
  {
    func differing<Value: Equatable>(_ key: String, _ value: Value, _ assumed: Value)
      -> (key: String, value: String, assumed: String)?
    {
      value == assumed ? nil : (key, "\(value)", "\(assumed)")
    }
    switch self {
    case .assumed(let key, let field, _, let gguf):
      return differing(key, parameters[keyPath: field], gguf)
    case .unapplied(let key, let field): return differing(key, parameters[keyPath: field], 0)
    case .integer(let key, [], let field, let absent, _, _):
      // Not where another key of GGUF states the number, or it follows from another number.
      let isStated = others.contains { $0.integerField == field && !$0.ggufKeys.isEmpty }
      switch absent {
      case .number, .headSize:
        guard !isStated,
          let usual = try? ConfigTable.resolve(
            absent, key: key, file: "", parameters, embeddingRows: nil)
        else { return nil }
        return differing(key, parameters[keyPath: field], usual)
      case .required, .same, .embeddingRows, .times: return nil
      }
    case .float(let key, nil, let field, let absent?):
      return differing(key, parameters[keyPath: field], absent)
    case .mapped(let number) where number.gguf == nil:
      return differing(
        number.key, number.write(parameters[keyPath: number.field], parameters),
        number.write(number.absent(parameters), parameters))
    case .layers(let list) where list.gguf == nil:
      let (layers, usual) = (
        parameters[keyPath: list.field], list.usual(parameters, period: list.period)
      )
      return layers == usual ? nil : (list.key, "another list than usual", "the usual one")
    case .rope:
      guard case .dynamic = parameters.ropeScaling else { return nil }
      return ("rope_scaling", "dynamic", "none")
    case .integer, .float, .mapped, .computed, .flag, .gating, .rotatedShare, .layers, .ropePart,
      .ropeSections, .count, .fileType, .expected, .dependent, .packing, .blocks, .denseLayers,
      .multiplied, .remainder, .constant, .mark, .implied, .unused:
      return nil
    }
  }

  private var integerField: Field<Int>? {
    if case .integer(_, _, let field, _, _, _) = self { field } else { nil }
  }
}
