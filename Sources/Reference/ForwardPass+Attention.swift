import Architectures
import Containers
import Foundation
import Tensors

extension ForwardPass {
  func attend(
    _ attention: Op.Attention, _ block: Int, _ x: UnsafePointer<Float>,
    into out: UnsafeMutablePointer<Float>
  ) throws(FormatError) {
    let (heads, headsKV) = (parameters.headCount, parameters.headCountKV)
    let (size, valueSize) = (parameters.keyLength, parameters.valueLength)
    let queries = work.base
    let keys = queries + tokens * heads * size
    let values = keys + tokens * headsKV * size
    let mixed = values + tokens * headsKV * valueSize
    try project(attention.query, block, x, rows: tokens, into: queries)
    try project(attention.key, block, x, rows: tokens, into: keys)
    try project(attention.value, block, x, rows: tokens, into: values)
    if parameters.clampKQV > 0 {
      // The three follow each other.
      let count = UnsafePointer(mixed) - UnsafePointer(queries)
      numerics.clamp(queries, count: count, most: parameters.clampKQV)
    }
    try normalize(attention.queryNorm, attention.norm, block, queries, heads: heads)
    try normalize(attention.keyNorm, attention.norm, block, keys, heads: headsKV)
    if attention.roped?.contains(block, parameters) ?? false {
      let table = rotary.table(sliding: parameters.isSliding(block))
      let layout = architecture.rope(.huggingFace)
      numerics.rotate(queries, heads: heads, headSize: size, by: table, layout: layout)
      numerics.rotate(keys, heads: headsKV, headSize: size, by: table, layout: layout)
    }
    scaleByLog(queries, width: heads * size)
    cache.layout.store(
      keys: keys, values: values, tokens: tokens, at: position, keyMemory: cache.keys(block),
      valueMemory: cache.values(block))
    let sinks = try attention.sinks.map { role throws(FormatError) in
      try reference.vector(role, block: block)
    }
    func mix(_ sinks: UnsafePointer<Float>?) {
      let scale = parameters.attentionScale
      let cap = parameters.attnLogitSoftcapping
      numerics.attend(
        queries: queries, tokens: tokens, at: position, heads: heads,
        scale: scale == 0 ? Float(1 / Double(size).squareRoot()) : scale,
        window: parameters.isSliding(block) ? parameters.slidingWindow : nil,
        cap: cap == 0 ? nil : cap, sinks: sinks, layout: cache.layout,
        keyMemory: cache.keys(block), valueMemory: cache.values(block), into: mixed)
    }
    if let sinks, sinks.count >= heads {
      sinks.withUnsafeBufferPointer { mix($0.baseAddress) }
    } else {
      mix(nil)
    }
    if let gate = attention.gate {
      // The queries have served: the gate takes their place, which is as wide as the values.
      try project(gate, block, x, rows: tokens, into: queries)
      numerics.sigmoidMultiply(mixed, gate: queries, count: tokens * heads * valueSize, into: mixed)
    }
    try project(attention.output, block, mixed, rows: tokens, into: out)
  }

  /// log(i) / log(n) for the i-th token, beyond the n tokens of training.
  private func scaleByLog(_ queries: UnsafeMutablePointer<Float>, width: Int) {
    guard parameters.scalesQueriesByLog else { return }
    let context = parameters.ropeOriginalContext
    for token in 0..<tokens where position + token + 1 > context {
      let factor = log(Double(position + token + 1)) / log(Double(context))
      let row = queries + token * width
      numerics.scale(row, by: Float(factor), count: width, into: row)
    }
  }

  private func normalize(
    _ role: TensorRole?, _ kind: Op.Attention.Norm, _ block: Int, _ x: UnsafeMutablePointer<Float>,
    heads: Int
  ) throws(FormatError) {
    // Where a model has no such norm, the family's description says so by the tensor's presence.
    guard let role, !reference.model[Model.Key(role, block: block)].isEmpty else { return }
    let size = parameters.keyLength
    try reference.vector(role, block: block).withUnsafeBufferPointer { weight in
      guard let weight = weight.baseAddress else { return }
      switch kind {
      case .rmsHead:
        numerics.rmsNorm(
          x, rows: tokens * heads, length: size, weight: weight,
          epsilon: Double(parameters.rmsEpsilon), into: x)
      case .rmsWhole:
        numerics.rmsNorm(
          x, rows: tokens, length: heads * size, weight: weight,
          epsilon: Double(parameters.rmsEpsilon), into: x)
      case .layerHead:
        numerics.layerNorm(
          x, rows: tokens * heads, length: size, weight: weight, weightRows: heads, bias: nil,
          epsilon: Double(parameters.layerNormEpsilon), into: x)
      }
    }
  }
}

/// The cosines and sines of the current call, for each kind of layer.
struct Rotary {
  private let parameters: HyperParameters
  var length: Int?
  private var known: (length: Int, frequencies: [Float])?
  private var full = RotaryTable(inverseFrequencies: [], positions: 0..<0)
  private var sliding: RotaryTable?

  init(_ parameters: HyperParameters, length: Int?) {
    self.parameters = parameters
    self.length = length
  }

  func table(sliding isSliding: Bool) -> RotaryTable { isSliding ? sliding ?? full : full }

  mutating func prepare(_ positions: Range<Int>) {
    let scaling = parameters.ropeScaling
    let begun = scaling.staysAsBegun && positions.lowerBound > 0 ? known?.length : nil
    let length = scaling.dependsOnLength ? self.length ?? begun ?? positions.upperBound : 0
    let frequencies: [Float]
    if let known, known.length == length {
      frequencies = known.frequencies
    } else {
      frequencies = scaling.inverseFrequencies(
        base: parameters.ropeFreqBase, rotated: parameters.rotatedLength, length: length)
      known = (length, frequencies)
    }
    full = RotaryTable(
      inverseFrequencies: frequencies, positions: positions,
      attentionScale: scaling.attentionFactor)
    if parameters.ropeFreqBaseSliding > 0 {
      sliding = RotaryTable(
        inverseFrequencies: RopeScaling.frequencies(
          base: parameters.ropeFreqBaseSliding, headDimension: parameters.rotatedLength),
        positions: positions)
    }
  }
}
