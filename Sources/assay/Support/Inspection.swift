import Architectures
import Checkpoints
import Containers
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

  /// A model that cannot be understood is reported, not thrown: that is what inspect is for.
  init(_ checkpoint: Checkpoint) throws(FormatError) {
    self.checkpoint = checkpoint
    var problems = checkpoint.problems
    do throws(FormatError) {
      let model = try Model(checkpoint)
      problems += model.problems
      self.model = model
    } catch {
      model = nil
      let isReported = problems.contains { $0.code == "missing-config" }
      if !isReported { problems.append(Inspection.problem(error, "model")) }
    }
    do throws(FormatError) {
      let tokenizer = try TokenizerFiles.load(checkpoint)
      problems += Inspection.check(tokenizer, model)
      self.tokenizer = tokenizer
    } catch {
      tokenizer = nil
      problems.append(Inspection.problem(error, "tokenizer"))
    }
    self.problems = problems.sorted { $0.severity > $1.severity }
  }

  private static func problem(_ error: FormatError, _ what: String) -> Problem {
    var message = error.message
    if let found = error.found { message += "; found \(found)" }
    if let expected = error.expected { message += ", expected \(expected)" }
    let severity: Problem.Severity = error.kind == .damaged ? .error : .warning
    return Problem(
      severity, "\(what)-\(error.kind.rawValue)", subject: error.subject ?? error.file ?? what,
      message, remedy: error.remedy)
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
      return 2 * 2 * parameters.blockCount * parameters.headCountKV * parameters.keyLength
    }
  }
}
