import Architectures
import Foundation
import Reference
import Tensors
import Testing

@Suite struct RowKernelTests {
  private static let lengths = [1, 2, 7, 15, 16, 17, 31, 33, 48, 100, 1001]

  @Test("exp is within 2e-7 and has the plain bits", arguments: Kernels.available)
  func exponential(kernels: Kernels) {
    let seed: UInt64 = 21
    var random = Random(seed: seed)
    let numerics = Numerics(kernels: kernels, workers: Workers(threads: 2))
    var x = random.floats(60_000, in: -87...88.7) + random.floats(40_000, in: -1...1)
    x += [0, -0.0, 88.72283, 88.7229, -87.33, -100, -103.9, -104, -200, 200]
    x += [.infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
    var y = x
    numerics.exp(x, count: x.count, into: &y)
    #expect(difference(y, x.map(Plain.exp)) == nil, "seed \(seed)")
    var worst = 0.0
    for (x, y) in zip(x, y) {
      let exact = Foundation.exp(Double(x))
      if Float(exact).isNormal {
        worst = max(worst, abs(Double(y) - exact) / exact)
      } else if exact < 1 {
        #expect(abs(Double(y) - exact) <= Double(Float.leastNonzeroMagnitude), "exp(\(x)), \(y)")
      } else {
        #expect(y == .infinity, "exp(\(x)) is not \(y)")
      }
    }
    #expect(worst < 2e-7)
    var nan = [Float.nan]
    numerics.exp([Float.nan], count: 1, into: &nan)
    #expect(nan[0].isNaN)
  }

  @Test("Gated activations have the plain bits", arguments: Kernels.available)
  func gates(kernels: Kernels) {
    let seed: UInt64 = 22
    var random = Random(seed: seed)
    let numerics = Numerics(kernels: kernels, workers: Workers(threads: 2))
    for count in Self.lengths + [40_000] {
      let gate = random.floats(count, in: -20...20), up = random.floats(count)
      var out = gate
      numerics.siluMultiply(gate: gate, up: up, count: count, into: &out)
      #expect(
        difference(out, zip(gate, up).map { Plain.siluMultiply(gate: $0, up: $1) }) == nil,
        "seed \(seed)")
      numerics.geluMultiply(gate: gate, up: up, count: count, into: &out)
      #expect(
        difference(out, zip(gate, up).map { Plain.geluMultiply(gate: $0, up: $1) }) == nil,
        "seed \(seed)")
      numerics.sigmoidMultiply(up, gate: gate, count: count, into: &out)
      #expect(
        difference(out, zip(gate, up).map { Plain.sigmoidMultiply($1, gate: $0) }) == nil,
        "seed \(seed)")
      numerics.add(gate, up, count: count, into: &out)
      #expect(difference(out, zip(gate, up).map { $0 + $1 }) == nil, "seed \(seed)")
    }
  }

  @Test("Gated activations are what their formulas say")
  func gateValues() {
    for x in stride(from: Float(-12), to: 12, by: 0.173) {
      let wide = Double(x)
      let silu = wide / (1 + Foundation.exp(-wide))
      #expect(abs(Double(Plain.siluMultiply(gate: x, up: 1)) - silu) <= 4e-7 * abs(silu))
      let inner = (2 / Double.pi).squareRoot() * (wide + 0.044715 * wide * wide * wide)
      let gelu = 0.5 * wide * (1 + tanh(inner))
      #expect(abs(Double(Plain.geluMultiply(gate: x, up: 1)) - gelu) <= 1e-6 * max(abs(gelu), 0.01))
    }
  }

  @Test("Every activation and the cap have the plain bits", arguments: Kernels.available)
  func activations(kernels: Kernels) {
    let seed: UInt64 = 26
    var random = Random(seed: seed)
    let numerics = Numerics(kernels: kernels, workers: Workers(threads: 2))
    func plain(_ activation: Op.Activation, _ gate: Float, _ up: Float) -> Float {
      switch activation {
      case .silu: Plain.siluMultiply(gate: gate, up: up)
      case .geluTanh: Plain.geluMultiply(gate: gate, up: up)
      case .geluErf: Plain.geluErfMultiply(gate: gate, up: up)
      case .reluSquared: Plain.reluSquaredMultiply(gate: gate, up: up)
      case .swigluClamped: Plain.swigluClamped(gate: gate, up: up)
      }
    }
    for count in Self.lengths + [40_000] {
      let gate = random.floats(count, in: -9...9) + [0, -0.0]
      let up = random.floats(count + 2, in: -9...9)
      for activation in Op.Activation.allCases {
        var out = gate
        numerics.activate(activation, gate: gate, up: up, count: count + 2, into: &out)
        #expect(
          difference(out, zip(gate, up).map { plain(activation, $0, $1) }) == nil,
          "\(activation), seed \(seed)")
        out = gate
        numerics.activate(activation, &out, count: count + 2)
        #expect(
          difference(out, gate.map { plain(activation, $0, 1) }) == nil,
          "\(activation) alone, seed \(seed)")
      }
      var out = gate
      numerics.softCap(&out, count: count + 2, cap: 3)
      #expect(difference(out, gate.map { Plain.softCap($0, cap: 3) }) == nil, "seed \(seed)")
    }
  }

  @Test("tanh and erf are within 2e-7 of what they are")
  func tanhAndErf() {
    for x in stride(from: Float(-9), to: 9, by: 0.0037) {
      let (tanh, erf) = (Foundation.tanh(Double(x)), Foundation.erf(Double(x)))
      #expect(abs(Double(Plain.tanh(x)) - tanh) <= 2e-7 * max(abs(tanh), 1e-30), "\(x)")
      #expect(abs(Double(Plain.erf(x)) - erf) <= 2e-7 * max(abs(erf), 1e-30), "\(x)")
    }
    #expect(Plain.tanh(-0.0).sign == .minus && Plain.erf(100) == 1 && Plain.tanh(-100) == -1)
  }

  @Test("Layer norm has the plain bits", arguments: Kernels.available)
  func layerNorm(kernels: Kernels) {
    let seed: UInt64 = 27
    var random = Random(seed: seed)
    let numerics = Numerics(kernels: kernels, workers: Workers(threads: 2))
    for length in Self.lengths {
      let x = random.floats(5 * length), weight = random.floats(length)
      let bias = random.floats(length)
      var out = x
      numerics.layerNorm(
        x, rows: 5, length: length, weight: weight, bias: bias, epsilon: 1e-5, into: &out)
      let plain = (0..<5).flatMap {
        Plain.layerNorm(
          Array(x[$0 * length..<($0 + 1) * length]), weight: weight, bias: bias, epsilon: 1e-5)
      }
      #expect(difference(out, plain) == nil, "\(length) entries, seed \(seed)")
    }
  }

  @Test("Softmax has the plain bits and sums to one", arguments: Kernels.available)
  func softmax(kernels: Kernels) {
    let seed: UInt64 = 23
    var random = Random(seed: seed)
    let numerics = Numerics(kernels: kernels, workers: Workers(threads: 2))
    for length in Self.lengths {
      let x = random.floats(3 * length, in: -30...30)
      var out = x
      numerics.softmax(&out, rows: 3, length: length, scale: 0.125)
      let plain = (0..<3).flatMap {
        Plain.softmax(Array(x[$0 * length..<($0 + 1) * length]), scale: 0.125)
      }
      #expect(difference(out, plain) == nil, "\(length) entries, seed \(seed)")
      #expect(abs(out.prefix(length).reduce(0, +) - 1) < 1e-5)
    }
  }

  @Test("RMS norm has the plain bits", arguments: Kernels.available)
  func rmsNorm(kernels: Kernels) {
    let seed: UInt64 = 24
    var random = Random(seed: seed)
    let numerics = Numerics(kernels: kernels, workers: Workers(threads: 2))
    for length in Self.lengths {
      let x = random.floats(5 * length), weight = random.floats(length)
      var out = x
      numerics.rmsNorm(x, rows: 5, length: length, weight: weight, epsilon: 1e-6, into: &out)
      let plain = (0..<5).flatMap {
        Plain.rmsNorm(Array(x[$0 * length..<($0 + 1) * length]), weight: weight, epsilon: 1e-6)
      }
      #expect(difference(out, plain) == nil, "\(length) entries, seed \(seed)")
    }
  }

  @Test("Rotation has the plain bits and undoes itself", arguments: Kernels.available)
  func rotary(kernels: Kernels) {
    let seed: UInt64 = 25
    var random = Random(seed: seed)
    let numerics = Numerics(kernels: kernels, workers: Workers(threads: 2))
    for (headSize, rotated) in [(16, 16), (64, 64), (80, 32), (6, 2)] {
      let frequencies = RopeScaling.frequencies(base: 10_000, headDimension: rotated)
      let table = RotaryTable(inverseFrequencies: frequencies, positions: 3..<8)
      for layout in RopeLayout.allCases {
        let x = random.floats(5 * 3 * headSize)
        var out = x
        numerics.rotate(&out, heads: 3, headSize: headSize, by: table, layout: layout)
        let plain = (0..<15).flatMap { row in
          let (token, half) = (row / 3, rotated / 2)
          return Plain.rotate(
            Array(x[row * headSize..<(row + 1) * headSize]),
            cosines: Array(table.cosines[token * half..<(token + 1) * half]),
            sines: Array(table.sines[token * half..<(token + 1) * half]), layout: layout)
        }
        #expect(difference(out, plain) == nil, "\(layout) \(headSize), seed \(seed)")
      }
    }
  }

  @Test("Frequencies are rounded where transformers rounds them")
  func frequencies() {
    let frequencies = RopeScaling.frequencies(base: 1_000_000, headDimension: 64)
    #expect(frequencies.count == 32)
    #expect(frequencies[0] == 1)
    #expect(frequencies[16] == 1 / Float(1000))
    // The power is rounded before the reciprocal, and the angle before its cosine.
    #expect(frequencies[1] == 1 / Float(pow(1e6, Double(Float(2) / 64))))
    let table = RotaryTable(inverseFrequencies: frequencies, positions: 0..<1000)
    #expect(table.cosines[0] == 1 && table.sines[0] == 0)
    #expect(table.cosines[32] == Float(cos(1.0)))
    let angle = Float(999) * frequencies[1]
    #expect(table.cosines[999 * 32 + 1] == Float(cos(Double(angle))))
    #expect(table.sines[999 * 32 + 1] == Float(sin(Double(angle))))
  }
}
