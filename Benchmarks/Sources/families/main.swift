// Prefill and decode of published models' shapes, in BF16 with random weights.
// `families [NAME...] [--threads N] [--prefill N] [--decode N] [--blocks N]`
//
// A few blocks and the head are measured; a whole model is as many blocks as it has, and a head.
import Architectures
import Checkpoints
import Containers
import Foundation
import Reference
import Support
import Tensors

var arguments = Arguments()
let threads = arguments.number(
  "--threads", default: ProcessInfo.processInfo.activeProcessorCount)
let prefill = arguments.number("--prefill", default: 512)
let decode = arguments.number("--decode", default: 8)
let measured = arguments.number("--blocks", default: 2)

func write(_ shape: PublishedShape, blocks: Int, to directory: String) throws {
  try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  let config = Array(shape.config(blocks: blocks).utf8)
  try OutputFile.write(config, to: directory + "/config.json", force: true)
  let parameters = try shape.family.config.read(
    huggingFace: JSON(config, file: "config.json"), file: "config.json", embeddingRows: nil
  ).parameters
  let tensors = try shape.family.files(.huggingFace, parameters)
    .compactMap { TensorInfo(name: $0.name, dtype: .bf16, shape: $0.shape) }
    .sorted(by: SafetensorsWriter.precedes)
  let layout = try SafetensorsWriter.layout(tensors, metadata: Metadata())
  let file = try OutputFile(
    path: directory + "/model.safetensors", byteCount: layout.byteCount, force: true)
  try file.write(layout.header, at: 0)
  var random = RandomWeights()
  let weights = random.next(1 << 24)
  for entry in layout.entries {
    var done = 0
    while done < entry.info.byteCount {
      let count = min(weights.count, entry.info.byteCount - done)
      try file.write(Array(weights.prefix(count)), at: entry.offset + done)
      done += count
    }
  }
  try file.commit()
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = DispatchTime.now().uptimeNanoseconds
  try body()
  return Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
}

/// Of blocks and head apart, the quickest of `runs`: other processes only ever add time.
@MainActor func measure(_ shape: PublishedShape, _ directory: String) throws {
  let model = try Model(Checkpoint(path: directory))
  let pass = ForwardPass(
    try ReferenceModel(model), tokens: prefill, context: prefill + decode,
    workers: Workers(threads: threads))
  let vocabulary = model.parameters.vocabularySize
  let logits = UnsafeMutableBufferPointer<Float>.allocate(capacity: vocabulary)
  defer { logits.deallocate() }
  func run(_ ids: [Int]) throws -> (blocks: Double, head: Double) {
    let blocks = try seconds { try pass.run(ids) }
    return (
      blocks, try seconds { try pass.logits(of: ids.count - 1..<ids.count, into: logits) }
    )
  }
  func whole(_ times: [(blocks: Double, head: Double)]) -> Double {
    let blocks = times.map(\.blocks).min() ?? 0
    let head = times.map(\.head).min() ?? 0
    return blocks / Double(model.parameters.blockCount) * Double(shape.blocks) + head
  }
  let prompt = (0..<prefill).map { ($0 &* 7919 &+ 13) % vocabulary }
  let whole512 = whole(
    try (0..<3).map { _ in
      pass.reset()
      return try run(prompt)
    })
  let one = whole(try (0..<decode).map { try run([($0 &* 104_729 &+ 1) % vocabulary]) })
  print(
    line(
      shape.name, 18,
      [fixed(Double(prefill) / whole512, 1), fixed(1 / one, 2), "\(shape.blocks)"],
      [16, 16, 9]))
}

print("\(Kernels.active), \(threads) threads; \(measured) blocks of each were measured")
print(line("tokens a second", 18, ["\(prefill) at once", "one by one", "blocks"], [16, 16, 9]))
let directory = NSTemporaryDirectory() + "assay-families-\(getpid())"
defer { try? FileManager.default.removeItem(atPath: directory) }
for shape in PublishedShape.all
where arguments.words.isEmpty || arguments.words.contains(shape.name) {
  try write(shape, blocks: measured, to: directory)
  try measure(shape, directory)
}
