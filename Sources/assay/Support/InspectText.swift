import Architectures
import Checkpoints
import Containers
import Quantization
import Tensors

/// One screen that tells a newcomer what a model is.
struct InspectText {
  private let inspection: Inspection
  private let filter: String?

  init(_ inspection: Inspection, filter: String?) {
    self.inspection = inspection
    self.filter = filter
  }

  private func line(_ label: String, _ text: String) {
    let padding = String(repeating: " ", count: max(1, 13 - label.count))
    Console.print("  " + Console.style(label, .dim) + padding + text)
  }

  func printSummary() {
    let file = inspection.file
    Console.print(
      Console.style(inspection.name, .bold)
        + "  \(inspection.architectureName ?? "unknown architecture"), "
        + "\(Numbers.count(file.parameterCount)) parameters, \(file.format)")
    let count = file.files.count
    line(
      "files",
      "\(count == 1 ? file.files[0].path : "\(count) shards in \(inspection.checkpoint.directory)"), "
        + Numbers.bytes(file.byteCount))
    line("tensors", "\(file.tensors.count): " + shares)
    printModel()
    printTokenizer()
    if let licence = inspection.licence { line("licence", licence) }
    let bases = inspection.baseModels
    if !bases.isEmpty {
      let more = bases.count > 4 ? ", and \(bases.count - 4) more" : ""
      line("base model", bases.prefix(4).joined(separator: ", ") + more)
    }
    printNeeds()
  }

  private var shares: String {
    Numbers.shares(inspection.shares)
  }

  private func printModel() {
    guard let model = inspection.model else { return }
    let p = model.parameters
    line(
      "shape",
      "\(p.blockCount) blocks of \(p.embeddingLength), feed-forward \(p.feedForwardLength), "
        + (p.kvLoraRank > 0
          ? "\(p.headCount) heads of \(p.keyLengthMLA) made from a latent vector of \(p.kvLoraRank)"
          : "\(p.headCount) heads of \(p.keyLength) on \(p.headCountKV) key-value heads"))
    line(
      "context",
      "\(p.contextLength) tokens, rope base \(Numbers.count(Int(p.ropeFreqBase)))"
        + (p.ropeScaling == .none ? "" : ", scaled"))
    line(
      "vocabulary",
      "\(p.vocabularySize), "
        + (p.tiedEmbeddings ? "output tied to the embedding" : "own output head"))
  }

  private func printTokenizer() {
    guard let tokenizer = inspection.tokenizer else { return }
    var text = "\(tokenizer.vocabularySize) tokens"
    if let pre = inspection.file.metadata["tokenizer.ggml.pre"]?.string { text += ", pre \(pre)" }
    for (label, id) in [("bos", tokenizer.bos), ("eos", tokenizer.eos)] {
      if let id { text += ", \(label) \(tokenizer.piece(id))" }
    }
    line(
      "tokenizer", text + (inspection.hasChatTemplate ? ", chat template" : ", no chat template"))
  }

  /// Whole files at a few types, and the cache that a context adds.
  private func printNeeds() {
    let sizes = inspection.sizes.map { "\($0.preset.name) \(Numbers.bytes($0.bytes))" }
    if !sizes.isEmpty { line("as GGUF", sizes.joined(separator: ", ")) }
    guard let model = inspection.model, let perToken = inspection.cacheBytesPerToken else { return }
    line(
      "cache",
      "\(Numbers.bytes(perToken)) a token in F16: "
        + "\(Numbers.bytes(perToken * model.parameters.contextLength)) at full context"
        + (inspection.stateBytes.map { ", and \(Numbers.bytes($0)) of state in F32" } ?? ""))
  }

  func printMetadata() {
    var table = Table(["key", "value"])
    for (key, value) in inspection.file.metadata.entries where matches(key) {
      table.add([key, InspectText.excerpt(value)])
    }
    Console.print("\n" + table.text)
  }

  func printTensors() {
    var table = Table(["tensor", "type", " shape", " bytes"])
    for tensor in inspection.file.tensors where matches(tensor.name) {
      table.add([tensor.name, tensor.dtype.name, "\(tensor.shape)", "\(tensor.byteCount)"])
    }
    Console.print("\n" + table.text)
  }

  private func matches(_ name: String) -> Bool { filter.map(name.contains) ?? true }

  func printHealth() {
    Console.print("")
    if inspection.problems.isEmpty {
      return Console.print("  " + Console.style("healthy", .green) + ": nothing to report")
    }
    for problem in inspection.problems.grouped {
      Console.print("  " + Console.line(problem, terminal: Console.outputIsTerminal))
    }
  }

  static func excerpt(_ value: MetadataValue) -> String {
    let text: String
    switch value {
    case .string(let bytes): text = bytes.text.replacing("\n", with: "\\n")
    case .array(let array):
      let some =
        array.strings.map { $0.prefix(4).map(\.text) }
        ?? array.values?.prefix(8).map(excerpt) ?? []
      text = "\(array.count) × \(array.type): " + some.joined(separator: ", ")
    case .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64:
      text = value.int.map(String.init) ?? ""
    case .float32(let number): text = "\(number)"
    case .float64(let number): text = "\(number)"
    case .bool(let flag): text = "\(flag)"
    }
    return text.count > 80 ? text.prefix(77) + "..." : text
  }
}
