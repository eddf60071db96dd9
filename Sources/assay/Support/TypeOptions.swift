import ArgumentParser
import Containers
import Conversion
import Quantization
import Tensors

/// What departs from a preset, with llama-quantize's names and meanings.
struct TypeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Tensors whose name holds a match get a type; repeatable, the first match wins.",
      valueName: "regex=type"))
  var tensorType: [String] = []

  @Option(
    help: ArgumentHelp("Read such pairs, separated by white space.", valueName: "file"),
    transform: filePath)
  var tensorTypeFile: String?

  @Option(help: "The output head's type.") var outputTensorType: String?
  @Option(help: "The token embedding's type.") var tokenEmbeddingType: String?
  @Flag(help: "Leave the output head as it is.") var leaveOutputTensor = false
  @Flag(help: "Give every matrix the preset's base type, without its rules.") var pure = false

  @Option(
    help: ArgumentHelp(
      "An importance matrix, of assay imatrix or llama-imatrix (GGUF or .dat).", valueName: "file"),
    transform: filePath)
  var imatrix: String?

  @Option(help: "What becomes of weights that are not finite.")
  var nonFinite = NonFinite.refuse

  /// A usage error where there is no such mix of types.
  static func require(preset name: String) throws {
    guard Preset.named(name) == nil else { return }
    throw ValidationError(
      "Unknown type '\(name)'. Known: \(Preset.all.map(\.name).joined(separator: ", ")).")
  }

  func choices(_ preset: Preset) throws -> TypeChoices {
    var choices = TypeChoices(preset)
    choices.isPure = pure
    choices.leavesOutput = leaveOutputTensor
    choices.output = try outputTensorType.map(DType.quantizable)
    choices.tokenEmbedding = try tokenEmbeddingType.map(DType.quantizable)
    choices.overrides = try tensorType.map(TypeOverride.init)
    if let tensorTypeFile {
      let text = String(decoding: try TokenOptions.read(tensorTypeFile), as: UTF8.self)
      choices.overrides += try TypeOverride.all(in: text)
    }
    return choices
  }
}

extension NonFinite: ExpressibleByArgument {}
