import Architectures
import Checkpoints
import Containers
import Tensors
import Tokenizers

extension ConversionPlan {
  /// A Hugging Face directory's model.safetensors and the files beside it.
  ///
  /// Without `type` nothing is lost: a tensor gets the type that it had before it became a GGUF,
  /// where the file remembers that, else the type that it has; quantized tensors become F32, but
  /// for MXFP4 in a family whose checkpoints hold it.
  public static func safetensors(_ model: Model, type: DType?) throws(FormatError)
    -> ConversionPlan
  {
    let metadata = model.checkpoint.tensors.metadata
    let remembered = SourceTypes(metadata)
    var drafts: [Draft] = []
    var problems: [Problem] = []
    for tensor in try model.architecture.files(
      .huggingFace, layout: try model.writtenLayout(type), model.parameters)
    {
      let source = model.sourceType(of: tensor)
      if tensor.isMicroscaled {
        drafts += try parts(tensor, model)
        continue
      }
      let exact = remembered?[tensor.name] ?? lossless(source)
      let mapped =
        model.convention == .huggingFace
        ? nil : try MappedValues.huggingFace(tensor, model, as: type ?? exact, &problems)
      let isNear = if case .values? = mapped { true } else { false }
      drafts.append(
        Draft(
          source: mapped ?? rows(model, tensor),
          info: try info(tensor.name, type ?? exact, tensor.shape),
          // Values that were mapped back are as near as they come.
          mustBeExact: type == nil && exact != source && !isNear))
    }
    drafts.sort { SafetensorsWriter.precedes($0.info, $1.info) }
    let companions = try HuggingFaceFiles(model, type: type)
    var header = Metadata()
    header["format"] = .text("pt")
    return ConversionPlan(
      source: model.checkpoint.tensors, drafts: drafts,
      layout: try SafetensorsWriter.layout(drafts.map(\.info), metadata: header),
      fallbacks: [],
      problems: model.checkpoint.problems + model.problems + companions.problems + problems,
      companions: companions.files)
  }

  /// The two tensors of one that is held as MXFP4.
  private static func parts(_ tensor: FileTensor, _ model: Model) throws(FormatError) -> [Draft] {
    let rows = RowSource(model: model, target: tensor)
    let parts = try MicroscaledTensors.parts(of: info(tensor.name, .mxfp4, tensor.shape))
    return [
      Draft(source: .microscaled(rows, .codes), info: parts.codes),
      Draft(source: .microscaled(rows, .scales), info: parts.scales),
    ]
  }

  private static func lossless(_ type: DType) -> DType {
    type.facts.safetensorsCode == nil ? .f32 : type
  }
}
