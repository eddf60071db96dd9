import Containers
import Foundation
import Reference
import Tensors
import TestSupport
import Testing

/// A gated delta net in plain Swift, token by token, with every step kept.
private struct PlainDeltaNet {
  let layout: DeltaLayout
  /// [channels][taps].
  let convolution: [Float]
  let rate: [Float], timeBias: [Float], norm: [Float]
  let epsilon: Double
  var mixed: [Float] = [], beta: [Float] = [], decay: [Float] = []
  var core: [Float] = [], normed: [Float] = []
  /// [head][key][value].
  var state: [[[Float]]] = []

  func weights() throws -> DeltaWeights {
    try #require(
      DeltaWeights(
        layout, convolution: convolution, rate: rate, timeBias: timeBias, norm: norm,
        epsilon: epsilon))
  }

  mutating func run(_ inputs: Inputs) {
    let channels = layout.channels
    state = Array(
      repeating: Array(
        repeating: Array(repeating: 0, count: layout.valueSize), count: layout.keySize),
      count: layout.valueHeads)
    for token in 0..<inputs.tokens {
      let row = (0..<channels).map { channel in
        Plain.convolveSilu(
          (0..<layout.taps).map { tap in
            let source = token + tap - layout.taps + 1
            return source < 0 ? 0 : inputs.mixed[source * channels + channel]
          }, taps: Array(convolution[channel * layout.taps..<(channel + 1) * layout.taps]))
      }
      mixed += row
      for head in 0..<layout.valueHeads {
        let i = token * layout.valueHeads + head
        beta.append(Plain.sigmoid(inputs.beta[i]))
        decay.append(Plain.decay(inputs.alpha[i], bias: timeBias[head], rate: rate[head]))
        let query = layout.keyHead(of: head) * layout.keySize
        let value = 2 * layout.keyWidth + head * layout.valueSize
        let scale = Float(1 / Double(layout.keySize).squareRoot())
        func part(_ start: Int, _ size: Int) -> [Float] { Array(row[start..<start + size]) }
        let out = Plain.deltaRule(
          state: &state[head], query: Plain.l2Norm(part(query, layout.keySize), factor: scale),
          key: Plain.l2Norm(part(layout.keyWidth + query, layout.keySize), factor: 1),
          value: part(value, layout.valueSize), decay: decay[i], beta: beta[i])
        core += out
        let gates = i * layout.valueSize..<(i + 1) * layout.valueSize
        normed += Plain.gatedNorm(
          out, gate: Array(inputs.gate[gates]), weight: norm, epsilon: epsilon)
      }
    }
  }
}

private struct Inputs {
  let tokens: Int
  let mixed: [Float], gate: [Float], beta: [Float], alpha: [Float]
}

/// The kernels over the same inputs, in calls of `pieces` tokens.
private func compute(
  _ inputs: Inputs, _ weights: DeltaWeights, pieces: [Int], numerics: Numerics, state: DeltaState
) -> [Float] {
  let layout = state.layout
  var out: [Float] = []
  var start = 0
  for count in pieces {
    var part = [Float](repeating: .nan, count: count * layout.valueWidth)
    var work = [Float](repeating: .nan, count: count * layout.work)
    inputs.mixed.withUnsafeBufferPointer { mixed in
      inputs.gate.withUnsafeBufferPointer { gate in
        inputs.beta.withUnsafeBufferPointer { beta in
          inputs.alpha.withUnsafeBufferPointer { alpha in
            guard let mixed = mixed.baseAddress, let gate = gate.baseAddress,
              let beta = beta.baseAddress, let alpha = alpha.baseAddress
            else { return }
            numerics.deltaNet(
              DeltaInputs(
                mixed: mixed + start * layout.channels, gate: gate + start * layout.valueWidth,
                beta: beta + start * layout.valueHeads, alpha: alpha + start * layout.valueHeads),
              tokens: count, weights: weights, state: state, work: &work, into: &part)
          }
        }
      }
    }
    out += part
    start += count
  }
  return out
}

@Suite struct DeltaNetTests {
  static let shapes = [
    [1, 1, 1, 1, 1], [2, 6, 16, 24, 4], [1, 2, 128, 128, 4], [3, 3, 20, 83, 2], [1, 2, 5, 65, 3],
  ]

  @Test(
    "A gated delta net has the plain bits, in any pieces, on any threads",
    arguments: Kernels.available)
  func bits(kernels: Kernels) throws {
    let seed: UInt64 = 61
    var random = Random(seed: seed)
    for shape in Self.shapes {
      let layout = try #require(
        DeltaLayout(
          keyHeads: shape[0], valueHeads: shape[1], keySize: shape[2], valueSize: shape[3],
          taps: shape[4]))
      let tokens = 19
      let inputs = Inputs(
        tokens: tokens, mixed: random.floats(tokens * layout.channels),
        gate: random.floats(tokens * layout.valueWidth),
        beta: random.floats(tokens * layout.valueHeads, in: -6...6),
        alpha: random.floats(tokens * layout.valueHeads, in: -30...30))
      var plain = PlainDeltaNet(
        layout: layout, convolution: random.floats(layout.channels * layout.taps),
        rate: random.floats(layout.valueHeads, in: -3 ... -0.001),
        timeBias: random.floats(layout.valueHeads), norm: random.floats(layout.valueSize),
        epsilon: 1e-6)
      plain.run(inputs)
      let weights = try plain.weights()
      for (threads, pieces) in [
        (1, [tokens]), (3, [1, 2, 9, 0, 7]), (2, Array(repeating: 1, count: tokens)),
      ] {
        let numerics = Numerics(kernels: kernels, workers: Workers(threads: threads))
        let state = DeltaState(layout)
        let out = compute(inputs, weights, pieces: pieces, numerics: numerics, state: state)
        #expect(difference(out, plain.normed) == nil, "\(shape) \(pieces), seed \(seed)")
        for head in 0..<layout.valueHeads {
          #expect(
            difference(state.values(of: head), plain.state[head].flatMap(\.self)) == nil,
            "\(shape), seed \(seed)")
        }
        // A reset state begins again.
        state.reset()
        #expect(
          difference(
            compute(inputs, weights, pieces: pieces, numerics: numerics, state: state), out) == nil)
      }
    }
  }

  @Test("One layer and all its steps are transformers'", arguments: ["qwen3next", "qwen35"])
  func golden(_ name: String) throws {
    let file = try SafetensorsFile(path: Fixture.path("delta/\(name).safetensors"))
    func floats(_ name: String) throws -> [Float] {
      let info = try #require(file.tensor(named: name), "\(name)")
      return Array(try file.mapped(info).bindMemory(to: Float.self))
    }
    let shape = try file.mapped(try #require(file.tensor(named: "shape")))
      .bindMemory(to: Int64.self).map(Int.init)
    let layout = try #require(
      DeltaLayout(
        keyHeads: shape[0], valueHeads: shape[1], keySize: shape[2], valueSize: shape[3],
        taps: shape[4]))
    let hidden = try floats("hidden")
    let width = try floats("out_proj.weight").count / layout.valueWidth
    let tokens = hidden.count / width
    let numerics = Numerics(workers: Workers(threads: 2))

    func project(_ x: [Float], _ name: String, _ rows: [Int]? = nil) throws -> [Float] {
      let info = try #require(file.tensor(named: name + ".weight"), "\(name)")
      let weights = try #require(
        Weights(
          .f32, bytes: try file.mapped(info), rows: info.shape.rowCount,
          columns: info.shape.rowLength, rowOrder: rows))
      var out = [Float](repeating: .nan, count: tokens * weights.outputs)
      numerics.multiply(x, tokens: tokens, by: weights, into: &out)
      return out
    }
    // Qwen3-Next's projections are fused key head by key head.
    let values = layout.valueWidth / layout.keyHeads, heads = layout.valueHeads / layout.keyHeads
    func rows(_ size: Int, _ start: Int, _ count: Int) -> [Int] {
      (0..<layout.keyHeads).flatMap { head in (0..<count).map { head * size + start + $0 } }
    }
    let (key, group) = (layout.keySize, 2 * layout.keySize + 2 * values)
    let mixed =
      rows(group, 0, key) + rows(group, key, key) + rows(group, 2 * key, values)
    let inputs =
      name == "qwen3next"
      ? Inputs(
        tokens: tokens, mixed: try project(hidden, "in_proj_qkvz", mixed),
        gate: try project(hidden, "in_proj_qkvz", rows(group, 2 * key + values, values)),
        beta: try project(hidden, "in_proj_ba", rows(2 * heads, 0, heads)),
        alpha: try project(hidden, "in_proj_ba", rows(2 * heads, heads, heads)))
      : Inputs(
        tokens: tokens, mixed: try project(hidden, "in_proj_qkv"),
        gate: try project(hidden, "in_proj_z"), beta: try project(hidden, "in_proj_b"),
        alpha: try project(hidden, "in_proj_a"))

    var plain = PlainDeltaNet(
      layout: layout, convolution: try floats("conv1d.weight"),
      rate: try floats("A_log").map { -Float(exp(Double($0))) }, timeBias: try floats("dt_bias"),
      norm: try floats("norm.weight"), epsilon: 1e-5)
    plain.run(inputs)
    let state = DeltaState(layout)
    let normed = compute(
      inputs, try plain.weights(), pieces: [tokens], numerics: numerics, state: state)
    #expect(difference(normed, plain.normed) == nil)
    let out = try project(normed, "out_proj")

    func check(_ name: String, _ found: some Sequence<Float>, within bound: Double = 1e-12) throws {
      let expected = try floats(name), found = Array(found)
      try #require(found.count == expected.count, "\(name)")
      let distance = ForwardPassTests.nmse(expected, found)
      #expect(distance < bound, "\(name): NMSE \(distance)")
    }
    try check("mixed", plain.mixed)
    try check("beta", plain.beta)
    try check("g", plain.decay.map(log), within: 1e-10)  // the logarithm near 1 is what is inexact
    try check("core", plain.core)
    try check("state", (0..<layout.valueHeads).flatMap(state.values))
    try check("normed", plain.normed)
    try check("out", out)
    try check("stepped", out.suffix((tokens - shape[5]) * width))
  }

  @Test("Softplus is what its formula says, from end to end")
  func softplus() {
    for x in stride(from: Float(-40), through: 40, by: 0.37) {
      let exact = log1p(exp(Double(x)))
      #expect(abs(Double(Plain.softplus(x)) - exact) <= exact * 6e-8 + 1e-45, "\(x)")
    }
    #expect(Plain.softplus(1000) == 1000 && Plain.softplus(-1000) == 0)
    #expect(Plain.softplus(.infinity) == .infinity && Plain.softplus(-.infinity) == 0)
    #expect(Plain.softplus(.nan).isNaN)
  }

  @Test("Numbers that are no delta net's are refused")
  func refused() {
    for shape in [[0, 1, 1, 1, 1], [2, 3, 1, 1, 1], [1, 1, -1, 1, 1], [1, 1, 1, .max, 1]] {
      #expect(
        DeltaLayout(
          keyHeads: shape[0], valueHeads: shape[1], keySize: shape[2], valueSize: shape[3],
          taps: shape[4]) == nil)
    }
  }
}
