import ArgumentParser
import Architectures
import Checkpoints
import Containers
import Foundation
import Reference
import Tensors

struct Logits: ParsableCommand, JSONCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a model's logits for every position of a text.",
    discussion: """
      The output is a safetensors file with `tokens` (I64, [n]) and `logits` (F32, [n, vocabulary]).

      Example: assay logits Qwen2.5-0.5B --text prompt.txt -o logits.safetensors
      """)

  @Argument(help: "The model.", transform: filePath) var model: String
  @OptionGroup var input: TokenOptions
  @Option(
    name: [.customShort("o"), .customLong("output")], help: "The file to write.",
    transform: filePath)
  var destination: String
  @Option(parsing: .unconditional, help: "Only this many tokens of the text.") var limit: Int?
  @Flag(help: "Replace an existing file.") var force = false
  @Flag(help: "Refuse a model in which anything would be ignored.") var strict = false
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var parallel: ThreadOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1.") }
  }

  func run() throws {
    let start = Date()
    let model = try ModelInput.open(model, strict: strict)
    try Output(destination, force).check(Inputs([model.checkpoint], input.files))
    let ids = Array(try input.load(for: model, strict: strict).ids.prefix(limit ?? .max))
    let vocabulary = model.parameters.vocabularySize
    let layout = try SafetensorsWriter.layout(
      try [
        LogitsFile.info("tokens", .i64, [ids.count]),
        LogitsFile.info("logits", .f32, [ids.count, vocabulary]),
      ], metadata: Metadata())
    let file = try OutputFile(path: destination, byteCount: layout.byteCount, force: force)
    do {
      try file.write(layout.header, at: 0)
      try file.write(LogitsFile.bytes(ids), at: layout.entries[0].offset)
      try compute(model, ids, into: file, at: layout.entries[1].offset)
      try file.commit()
    } catch {
      file.discard()
      throw error
    }
    let seconds = Date().timeIntervalSince(start)
    if output.json {
      Console.print([
        "output": .string(destination), "tokens": .int(ids.count),
        "vocabulary_size": .int(vocabulary), "bytes": .int(layout.byteCount),
        "seconds": .double(seconds),
      ])
    } else {
      Console.print(
        "\(destination): logits of \(Numbers.counted(ids.count, "token")) × \(vocabulary), "
          + "\(Numbers.bytes(layout.byteCount)), \(Numbers.duration(seconds))")
    }
  }

  /// All tokens in one forward pass; the head a few positions at a time.
  private func compute(_ model: Model, _ ids: [Int], into file: OutputFile, at offset: Int) throws {
    let reference = try ReferenceModel(model)
    let vocabulary = model.parameters.vocabularySize
    let rows = max(1, min(64, (1 << 24) / vocabulary))
    let plan = try RunPlan(
      [
        (
          reference,
          MemoryPlan(
            model.architecture, model.parameters, tokens: ids.count, context: ids.count,
            keeps: .block)
        )
      ], sequences: 1, logitBytes: rows * vocabulary * 4, budget: memory.budget)
    MemoryOptions.announce(plan)
    let group = PassGroup(reference, plan) {
      ForwardPass(
        reference, tokens: ids.count, context: ids.count, keeps: .block, workers: parallel.workers)
    }
    let progress = ProgressLine("logits")
    let blocks = model.parameters.blockCount
    try group.begin([ids[...]])
    for block in 0..<blocks {
      try group.run(block: block)
      progress.update(done: Double(block + 1), of: Double(blocks)) { _ in "block \(block + 1)" }
    }
    group.end()
    progress.finish()
    let pass = group[0]
    var buffer = [Float](repeating: 0, count: rows * vocabulary)
    for start in stride(from: 0, to: ids.count, by: rows) {
      let end = min(start + rows, ids.count)
      let count = (end - start) * vocabulary
      try buffer.withUnsafeMutableBufferPointer { buffer in
        let part = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
        try pass.logits(of: start..<end, into: part)
        try pass.requireFinite(UnsafeBufferPointer(part), of: start..<end)
        try file.write(UnsafeRawBufferPointer(part), at: offset + start * vocabulary * 4)
      }
    }
  }
}

/// The layout of a logits file.
enum LogitsFile {
  static func info(_ name: String, _ dtype: DType, _ dimensions: [Int]) throws(FormatError)
    -> TensorInfo
  {
    guard let info = TensorInfo(name: name, dtype: dtype, shape: Shape(dimensions)) else {
      throw FormatError(
        .damaged, "the logits would be absurdly large", subject: name,
        remedy: "Give a shorter text.")
    }
    return info
  }

  static func bytes(_ ids: [Int]) -> [UInt8] {
    ids.flatMap { id in (0..<8).map { UInt8(truncatingIfNeeded: id >> ($0 * 8)) } }
  }
}
