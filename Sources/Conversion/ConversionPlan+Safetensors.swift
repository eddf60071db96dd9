import Architectures
import Checkpoints
import Containers
import Tensors
import Tokenizers

extension ConversionPlan {
  /// A Hugging Face directory's model.safetensors and the files beside it.
  ///
  /// Without `type` nothing is lost: a tensor gets the type that it had before it became a GGUF,
  /// where the file remembers that, else the type that it has; quantized tensors become F32.
  public static func safetensors(_ model: Model, type: DType?) throws(FormatError)
    -> ConversionPlan
  {
    let remembered = SourceTypes(model.checkpoint.tensors.metadata)
    var drafts: [Draft] = []
    for slot in model.slots {
      if case .generated = slot.spec.presence { continue }
      let name = model.architecture.name(of: slot.spec, block: slot.block, .huggingFace)
      let exact = remembered?[name] ?? lossless(slot.info.dtype)
      drafts.append(
        Draft(
          source: .tensor(slot.info), transform: model.transform(slot, to: .huggingFace),
          info: try info(name, type ?? exact, slot.info.shape),
          mustBeExact: type == nil && exact != slot.info.dtype))
    }
    drafts.sort { SafetensorsWriter.precedes($0.info, $1.info) }
    let companions = try HuggingFaceFiles(model, type: type)
    var metadata = Metadata()
    metadata["format"] = .text("pt")
    return ConversionPlan(
      source: model.checkpoint.tensors, drafts: drafts,
      layout: try SafetensorsWriter.layout(drafts.map(\.info), metadata: metadata),
      fallbacks: [],
      problems: model.checkpoint.problems + model.problems + companions.problems,
      companions: companions.files)
  }

  private static func lossless(_ type: DType) -> DType {
    type.facts.safetensorsCode == nil ? .f32 : type
  }
}
