import Architectures
import Checkpoints
import Containers
import Conversion
import Quantization
import Reference
import Tensors
import Tokenizers

/// Everything that `inspect` knows about a model, before it is written as text or JSON.
struct Inspection {
  let checkpoint: Checkpoint
  /// Nil where the family is unknown or something essential is missing; `problems` says which.
  let model: Model?
  let tokenizer: Tokenizer?
  let problems: [Problem]
  /// Nil where `quantize` would refuse.
  private let source: GGUFSource?
  /// What README.md says of a model that is no GGUF.
  private let card: ModelCard?

  /// A model that cannot be understood is reported, not thrown: that is what inspect is for.
  init(_ checkpoint: Checkpoint) throws(FormatError) {
    self.checkpoint = checkpoint
    var problems = checkpoint.problems
    do throws(FormatError) {
      let model = try Model(checkpoint)
      problems += model.problems + model.unknownToLlamaCpp
      self.model = model
    } catch {
      model = nil
      let isReported = problems.contains { $0.code == "missing-config" }
      if !isReported { problems.append(Inspection.problem(error, "model")) }
    }
    source = model.flatMap { try? GGUFSource($0, carriesSource: true) }
    do throws(FormatError) {
      let known = source?.tokenizer
      let tokenizer = if let known { known } else { try TokenizerFiles.load(checkpoint) }
      problems += Inspection.check(tokenizer, model)
      self.tokenizer = tokenizer
    } catch {
      tokenizer = nil
      problems.append(Inspection.problem(error, "tokenizer"))
    }
    card = try checkpoint.modelCard()
    self.problems = problems.sorted { $0.severity > $1.severity }
  }

  private static func problem(_ error: FormatError, _ what: String) -> Problem {
    var message = error.message
    if let found = error.found { message += "; found \(found)" }
    if let expected = error.expected { message += ", expected \(expected)" }
    let severity: Problem.Severity = error.kind == .damaged ? .error : .warning
    var problem = Problem(
      severity, "\(what)-\(error.kind.rawValue)", subject: error.subject ?? error.file ?? what,
      message, remedy: error.remedy)
    if error.subject != nil { problem.file = error.file }
    return problem
  }

  private static func check(_ tokenizer: Tokenizer, _ model: Model?) -> [Problem] {
    var problems = tokenizer.notes.map {
      Problem(.note, "tokenizer-note", subject: "tokenizer", $0)
    }
    guard let rows = model?.parameters.vocabularySize, rows != tokenizer.vocabularySize else {
      return problems
    }
    let tokens = tokenizer.vocabularySize
    problems.append(
      rows > tokens
        ? Problem(
          .note, "padded-vocabulary", subject: "vocabulary",
          "the embedding has \(rows) rows for \(tokens) tokens; ids from \(tokens) on are padding")
        : Problem(
          .error, "short-embedding", subject: "vocabulary",
          "the tokenizer has \(tokens) tokens, but the embedding only \(rows) rows",
          remedy: "The tokenizer belongs to another model: download both again."))
    return problems
  }

  var file: any TensorFile { checkpoint.tensors }
  var isGGUF: Bool { file.format == "gguf" }

  var architectureName: String? {
    model?.architecture.name ?? file.metadata["general.architecture"]?.string
      ?? checkpoint.config?["architectures"]?.elements.first { _ in true }?.string
      ?? checkpoint.config?["model_type"]?.string
  }

  var name: String {
    file.metadata["general.name"]?.string ?? checkpoint.directoryName
  }

  /// As the author states it; with its name where that is none of the usual ones.
  var licence: String? {
    let name = isGGUF ? file.metadata["general.license.name"]?.string : card?["license_name"]?.text
    let id = isGGUF ? file.metadata["general.license"]?.string : card?["license"]?.text
    return id == "other" ? name.map { "other: \($0)" } ?? id : id ?? name
  }

  /// What the model was made from: ids or addresses as the author states them.
  var baseModels: [String] {
    guard isGGUF else { return card?["base_model"]?.texts ?? [] }
    let count = min(
      file.metadata["general.base_model.count"]?.int ?? 0, file.metadata.entries.count)
    return (0..<max(0, count)).compactMap { index in
      let prefix = "general.base_model.\(index)."
      let address = file.metadata[prefix + "repo_url"]?.string
      return address.map { $0.replacing("https://huggingface.co/", with: "") }
        ?? file.metadata[prefix + "name"]?.string
    }
  }

  /// Exact sizes of the files that `quantize` would write; none where it would refuse.
  var sizes: [(preset: Preset, bytes: Int)] {
    guard let source, let model else { return [] }
    return ["Q4_K_M", "Q6_K", "Q8_0", "BF16"].compactMap(Preset.named).compactMap { preset in
      let recipe = Recipe(TypeChoices(preset), for: model)
      return (try? source.plan(recipe).byteCount).map { (preset, $0) }
    }
  }

  var shares: [TypeShare] { file.shares }

  var hasChatTemplate: Bool {
    if isGGUF { return file.metadata["tokenizer.chat_template"] != nil }
    if let template = try? checkpoint.bytes(of: .chatTemplate), !template.isEmpty { return true }
    return (try? checkpoint.json(of: .tokenizerConfig))??.present("chat_template") != nil
  }

  /// Bytes of keys and values for one token, in F16 as runtimes keep them.
  var cacheBytesPerToken: Int? {
    model.map { model in
      let parameters = model.parameters
      let layers = (0..<parameters.blockCount).count { !parameters.isRecurrent($0) }
      return 2 * layers * parameters.cachedLength
    }
  }

  /// Bytes of what recurrent layers remember, in F32 and whatever the context; nil where there are
  /// no such layers.
  var stateBytes: Int? {
    model.map { MemoryPlan.stateBytes($0.parameters) }.flatMap { $0 > 0 ? $0 : nil }
  }
}
