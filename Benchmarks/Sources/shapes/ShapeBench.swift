import Architectures
import Checkpoints
import Reference
import Support
import Synthetic
import Tensors

/// The blocks and the output of one model.
struct ShapeBench {
  struct Speed: Encodable {
    /// Seconds.
    let block: Double
    let output: Double
    let tokensPerSecond: Double
  }
  struct Result: Encodable {
    let name: String
    let prefill: Speed
    /// Of the prefill's block.
    let shareOfMatrix: Double
    let decode: Speed
  }

  private let shape: ModelShape
  private let pass: ForwardPass
  private let prefill: Int
  private let logits: UnsafeMutableBufferPointer<Float>

  init(path: String, shape: ModelShape, threads: Int, prefill: Int) throws {
    (self.shape, self.prefill) = (shape, prefill)
    let model = try Model(Checkpoint(path: path))
    pass = ForwardPass(
      try ReferenceModel(model), tokens: prefill, context: prefill + 1,
      workers: Workers(threads: threads))
    logits = .allocate(capacity: model.parameters.vocabularySize)
  }

  func measure(runs: Int) throws -> Result {
    defer { logits.deallocate() }
    let prompt = (0..<prefill).map { $0 &* 7919 % logits.count }
    var share = 0.0, many = Double.infinity
    for _ in 0..<runs {
      pass.reset()
      pass.clock.reset()
      let time = try seconds { try pass.run(prompt) }
      if time < many { (many, share) = (time, pass.clock.seconds(.matrix) / time) }
    }
    let output = try best(of: runs) { try pass.logits(of: prefill - 1..<prefill, into: logits) }
    // At the cache's beginning, as a prompt of a few words leaves it.
    let one = try best(of: 10 * runs) {
      pass.reset()
      try pass.run([1])
    }
    let last = try best(of: runs) { try pass.logits(of: 0..<1, into: logits) }
    return Result(
      name: shape.name, prefill: speed(many, output, tokens: prefill), shareOfMatrix: share,
      decode: speed(one, last, tokens: 1))
  }

  private func speed(_ blocks: Double, _ output: Double, tokens: Int) -> Speed {
    let block = blocks / Double(pass.reference.model.parameters.blockCount)
    let all = Double(shape.blocks) * block + output
    return Speed(block: block, output: output, tokensPerSecond: Double(tokens) / all)
  }
}
