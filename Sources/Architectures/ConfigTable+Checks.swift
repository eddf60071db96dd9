import Containers

extension ConfigTable {
  /// No number of a real model exceeds it; products of two fit easily in 64 bits.
  static let largest = 1 << 28
  /// llama.cpp allows 512 blocks.
  static let mostBlocks = 4096

  static func integer(
    _ value: Int?, _ text: String?, key: String, file: String, least: Int = 1
  ) throws(FormatError) -> Int {
    guard let value, value >= least, value <= largest else {
      throw FormatError(
        .damaged, "is not a sane number", file: file, subject: key,
        expected: "a whole number from \(least) to \(largest)",
        found: value.map(String.init) ?? text ?? "something else")
    }
    return value
  }

  static func float(_ value: Float?, key: String, file: String) throws(FormatError) -> Float {
    guard let value else {
      throw FormatError(.damaged, "is missing", file: file, subject: key)
    }
    guard value.isFinite, value >= 0 else {
      throw FormatError(
        .damaged, "is not a sane number", file: file, subject: key, found: "\(value)")
    }
    return value
  }

  static func resolve(
    _ absent: ConfigEntry.Absent, key: String, file: String, _ parameters: HyperParameters,
    embeddingRows: Int?
  ) throws(FormatError) -> Int {
    switch absent {
    case .same(let field): return parameters[keyPath: field]
    case .number(let number): return number
    case .times(let factor, let field):
      return try integer(parameters[keyPath: field] * factor, nil, key: key, file: file)
    case .headSize:
      let (width, heads) = (parameters.embeddingLength, parameters.headCount)
      guard heads > 0, width % heads == 0 else {
        throw FormatError(
          .damaged, "cannot be derived", file: file, subject: key,
          expected: "a whole number of elements per head", found: "\(width) / \(heads)")
      }
      return width / heads
    case .embeddingRows:
      if let embeddingRows { return try integer(embeddingRows, nil, key: key, file: file) }
    case .required: break
    }
    throw FormatError(
      .damaged, "is missing", file: file, subject: key,
      remedy: "The configuration is incomplete: download it again.")
  }

  /// Relations between numbers that every later computation relies on.
  static func check(_ parameters: HyperParameters, file: String) throws(FormatError) {
    func fail(_ key: String, _ expected: String, _ found: String) throws(FormatError) {
      throw FormatError(
        .damaged, "the numbers contradict each other", file: file, subject: key,
        expected: expected, found: found)
    }
    if parameters.blockCount > mostBlocks {
      try fail("block count", "at most \(mostBlocks)", "\(parameters.blockCount)")
    }
    if parameters.headCount > 65_536 {
      try fail("head count", "at most 65536", "\(parameters.headCount)")
    }
    if parameters.headCount % parameters.headCountKV != 0 {
      try fail(
        "head count", "a multiple of the KV head count",
        "\(parameters.headCount) and \(parameters.headCountKV)")
    }
    if parameters.ropeDimensionCount > parameters.keyLength
      || parameters.rotatedLength % 2 != 0
    {
      try fail(
        "rotated elements", "an even number up to \(parameters.keyLength)",
        "\(parameters.rotatedLength)")
    }
    if parameters.expertUsedCount > parameters.expertCount
      || (parameters.expertCount > 0 && parameters.expertUsedCount == 0)
      || parameters.expertCount > 65_536
    {
      try fail(
        "experts", "some of at most 65536",
        "\(parameters.expertUsedCount) of \(parameters.expertCount)")
    }
    let groups = parameters.expertGroupCount
    if groups > 0, parameters.expertCount % groups != 0 || parameters.expertGroupUsedCount > groups
    {
      try fail("expert groups", "a divisor of the expert count", "\(groups)")
    }
    if groups > 0,
      parameters.expertUsedCount
        > max(1, parameters.expertGroupUsedCount) * (parameters.expertCount / groups)
    {
      try fail(
        "experts in use", "at most those of \(parameters.expertGroupUsedCount) groups",
        "\(parameters.expertUsedCount)")
    }
    if parameters.kvLoraRank > 0 { try checkLatent(parameters, fail) }
    if parameters.keyLength % 2 != 0 || parameters.keyLength > 65_536 {
      try fail("head dimension", "an even number up to 65536", "\(parameters.keyLength)")
    }
    if !parameters.recurrentLayers.isEmpty {
      // A head's state is as large as the product of two sizes.
      let sizes = [
        parameters.ssmConvKernel, parameters.ssmStateSize, parameters.ssmValueSize,
      ]
      let (keys, values) = (parameters.ssmGroupCount, parameters.ssmTimeStepRank)
      guard sizes.allSatisfy({ $0 > 0 && $0 <= 4096 }), keys > 0, values > 0, values <= 65_536,
        values % keys == 0
      else {
        return try fail(
          "recurrent layers",
          "up to 65536 value heads, a multiple of the key heads, and sizes up to 4096",
          "\(values) and \(keys) heads, sizes \(sizes)")
      }
    }
    if parameters.ropeFreqBase <= 0 {
      try fail("rope base", "a positive number", "\(parameters.ropeFreqBase)")
    }
  }

  private static func checkLatent(
    _ parameters: HyperParameters, _ fail: (String, String, String) throws(FormatError) -> Void
  ) throws(FormatError) {
    let rank = parameters.kvLoraRank
    let width = rank + parameters.rotatedLength
    if parameters.keyLength != width || parameters.valueLength != rank {
      try fail(
        "key and value length", "\(width) and \(rank), as the latent vector implies",
        "\(parameters.keyLength) and \(parameters.valueLength)")
    }
    if parameters.plainLengthMLA < 1 || parameters.keyLengthMLA > 65_536
      || parameters.valueLengthMLA > 65_536
    {
      try fail(
        "heads of latent attention",
        "more elements than the \(parameters.rotatedLength) that rope rotates, up to 65536",
        "\(parameters.keyLengthMLA) of keys and \(parameters.valueLengthMLA) of values")
    }
  }
}
